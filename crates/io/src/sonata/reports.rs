//! `reports`: membrane potentials become probes.

use huxley_model::network::{Network, Probe, Site, Target, Variable};

use super::config::{Config, Item};
use super::inputs::{Context, cells};
use crate::model::divides;

/// Reads all reports of a simulation.
pub(super) fn read(simulation: &Config, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let Some(reports) = simulation.get("reports", context.findings) else { return Some(()) };
    let mut fine = true;
    for (name, report) in reports.object()? {
        if report.get("enabled").is_some_and(|enabled| enabled.value == false) {
            continue;
        }
        fine &= one(name, &report, context, network).is_some();
    }
    fine.then_some(())
}

fn one(name: &str, report: &Item<'_>, context: &Context<'_>, network: &mut Network) -> Option<()> {
    let module = report.get("module").and_then(|module| module.value.as_str()).unwrap_or("membrane_report");
    if !matches!(module, "membrane_report" | "compartment_report" | "multimeter_report") {
        let hint = "`membrane_report` is; remove it, or set \"enabled\": false";
        return report.error(format!("reports of module `{module}` are not supported"), hint);
    }
    let mut fine = true;
    if let Some(variable) = report.required("variable_name") {
        // BMTK takes a list of variables.
        for variable in variable.list() {
            let text = variable.value.as_str().unwrap_or("");
            if !matches!(text, "v" | "V_m") {
                let hint = "`v` is, the membrane potential; others are probed with --record";
                variable.error::<()>(format!("reports of `{}` are not supported", variable.typed()), hint);
                fine = false;
            }
        }
    } else {
        fine = false;
    }
    let sites = sites(report);
    let selected = match report.get("cells").or_else(|| report.get("node_set")) {
        Some(set) => context.sets.select(&set),
        None => report.error("`cells` is missing", "name the nodes that are reported"),
    };
    let interval = match report.get("dt") {
        Some(item) => {
            let interval = item.number()?;
            if !divides(network.run.dt, interval) {
                let message = format!("an interval of {interval} ms is no multiple of run.dt, {} ms", network.run.dt);
                return item.error(message, "give a multiple");
            }
            interval
        }
        None => network.run.dt,
    };
    for key in ["start_time", "end_time"] {
        let given = report.get(key).and_then(|item| item.value.as_f64());
        let without = if key == "start_time" { 0.0 } else { network.run.duration };
        if given.is_some_and(|given| (given - without).abs() > 1e-9) {
            context
                .findings
                .warn(format!("{}: `{key}` of report `{name}` is not read: all of the run is recorded", report.file()));
        }
    }
    let (sites, selected) = (sites?, selected?);
    if !fine {
        return None;
    }
    let mut made = 0;
    for selected in &selected {
        let Some(cells) = cells(selected, context) else { continue };
        let population = context.nodes[selected.population].name();
        for (part, site) in &sites {
            let mut own = if sites.len() > 1 { format!("{name}/{part}") } else { name.to_owned() };
            if network.probes.iter().any(|probe| probe.name == own) {
                own = format!("{own}/{population}");
            }
            network.probes.push(Probe {
                name: own,
                target: Target { population: population.to_owned(), cells: cells.clone(), site: site.clone() },
                variable: Variable::Potential,
                interval,
            });
            made += 1;
        }
    }
    if made == 0 {
        return report.error("none of its nodes is a cell", "virtual nodes have no potential");
    }
    Some(())
}

/// Where potentials are sampled: `soma` unless said otherwise.
fn sites(report: &Item<'_>) -> Option<Vec<(String, Site)>> {
    use huxley_model::morphology::SectionKind;
    let Some(item) = report.get("sections") else { return Some(vec![("soma".to_owned(), Site::Soma)]) };
    let mut found = Vec::new();
    for item in item.list() {
        let word = item.text()?;
        let site = match word {
            "soma" | "somatic" => Site::Soma,
            "all" => Site::Every(SectionKind::Any),
            "axon" | "axonal" => Site::Every(SectionKind::Axon),
            "dend" | "basal" => Site::Every(SectionKind::Dendrite),
            "apic" | "apical" => Site::Every(SectionKind::Apical),
            other => {
                return item.error(format!("`{other}` is no sort of sections"), "write soma, axon, dend, apic or all");
            }
        };
        found.push((word.to_owned(), site));
    }
    Some(found)
}
