//! What is plastic in `[synapses.NAME]`: a key for each part, `true` for its defaults, `false` for off, or a table of what differs.

use huxley_model::network::SynapseModel;
use huxley_model::plasticity::{
    Calcium, Camkii, GraupnerBrunel, Homeostatic, Neuromodulation, PairStdp, Plasticity, Reading, ShortTerm,
    Structural, WeightRule,
};

use super::quantity::Dimension;
use super::reader::{Bound, Fields, Node};

/// The parts of a synapse of `model`; `plasticity = "article"` switches all nine on.
pub(crate) fn read(fields: &Fields<'_>, model: Option<&SynapseModel>) -> Option<Plasticity> {
    let all = fields.or("plasticity", Plasticity::NONE, |node| {
        node.choice(&[("article", Plasticity::article()), ("none", Plasticity::NONE)])
    });
    // Parts are read even where `plasticity` is wrong, so that all that is wrong is said.
    let on = all.unwrap_or(Plasticity::NONE);
    let short_term = part(fields, "short_term", on.short_term, ShortTerm::VARELA, short_term);
    let calcium = part(fields, "calcium", on.calcium, Calcium::default(), calcium);
    let camkii = part(fields, "camkii", on.camkii, Camkii::default(), camkii);
    let weight = part(fields, "weight", on.weight, WeightRule::default(), weight);
    let stdp = part(fields, "stdp", on.stdp, PairStdp::default(), stdp);
    let rule = GraupnerBrunel::default();
    let graupner_brunel = part(fields, "graupner_brunel", on.graupner_brunel, rule, graupner_brunel);
    let homeostatic = part(fields, "homeostatic", on.homeostatic, Homeostatic::default(), homeostatic);
    let structural = part(fields, "structural", on.structural, Structural::default(), structural);
    let modulation = Neuromodulation::default();
    let neuromodulation = part(fields, "neuromodulation", on.neuromodulation, modulation, neuromodulation);
    all?;
    let plasticity = Plasticity {
        short_term: short_term?,
        calcium: calcium?,
        camkii: camkii?,
        weight: weight?,
        stdp: stdp?,
        graupner_brunel: graupner_brunel?,
        homeostatic: homeostatic?,
        structural: structural?,
        neuromodulation: neuromodulation?,
    };
    match plasticity.check(model?) {
        Ok(()) => Some(plasticity),
        Err(problem) => fields.node.error(problem, "each part is a key of its own: `NAME = false` switches it off"),
    }
}

/// One part: `true`, `false`, or a table that changes `defaults` (or what is on already).
fn part<T: Copy>(
    fields: &Fields<'_>,
    key: &'static str,
    on: Option<T>,
    defaults: T,
    read: impl FnOnce(&Node<'_>, T) -> Option<T>,
) -> Option<Option<T>> {
    let Some(node) = fields.optional(key) else { return Some(on) };
    if node.is_boolean() {
        return node.boolean().map(|truth| truth.then(|| on.unwrap_or(defaults)));
    }
    read(&node, on.unwrap_or(defaults)).map(Some)
}

/// `"varela"`, or `{ model = "facilitation-depression" | "tsodyks-markram", ... }`.
fn short_term(node: &Node<'_>, default: ShortTerm) -> Option<ShortTerm> {
    #[derive(Clone, Copy)]
    enum Model {
        FacilitationDepression,
        TsodyksMarkram,
    }
    if node.as_text().is_some() {
        return node.choice(&[("varela", ShortTerm::VARELA)]);
    }
    let fields = node.fields()?;
    let given = match default {
        ShortTerm::FacilitationDepression { .. } => Model::FacilitationDepression,
        ShortTerm::TsodyksMarkram { .. } => Model::TsodyksMarkram,
    };
    let model = fields.or("model", given, |node| {
        node.choice(&[
            ("facilitation-depression", Model::FacilitationDepression),
            ("tsodyks-markram", Model::TsodyksMarkram),
        ])
    })?;
    let time = |key, default, bound| fields.quantity_or(key, Dimension::Time, bound, default);
    let read = match model {
        Model::FacilitationDepression => {
            let ShortTerm::FacilitationDepression {
                amplitude,
                tau_facilitation,
                facilitation,
                tau_depression,
                depression,
            } = (match default {
                ShortTerm::TsodyksMarkram { .. } => ShortTerm::VARELA,
                own @ ShortTerm::FacilitationDepression { .. } => own,
            })
            else {
                return None;
            };
            let amplitude = number(&fields, "amplitude", Bound::NotNegative, amplitude);
            let tau_facilitation = time("tau_facilitation", tau_facilitation, Bound::Positive);
            let facilitation = number(&fields, "facilitation", Bound::NotNegative, facilitation);
            let tau_depression = time("tau_depression", tau_depression, Bound::Positive);
            let depression = number(&fields, "depression", Bound::Within(0.0, 1.0), depression);
            Some(ShortTerm::FacilitationDepression {
                amplitude: amplitude?,
                tau_facilitation: tau_facilitation?,
                facilitation: facilitation?,
                tau_depression: tau_depression?,
                depression: depression?,
            })
        }
        Model::TsodyksMarkram => {
            // Tsodyks & Markram 1997: depressing synapses between pyramidal cells of layer 5.
            let utilisation = number(&fields, "U", Bound::Within(0.0, 1.0), 0.5);
            let tau_recovery = time("tau_rec", 800.0, Bound::Positive);
            let tau_facilitation = time("tau_facil", 0.0, Bound::NotNegative);
            Some(ShortTerm::TsodyksMarkram {
                utilisation: utilisation?,
                tau_recovery: tau_recovery?,
                tau_facilitation: tau_facilitation?,
            })
        }
    };
    fields.finish();
    read
}

fn number(fields: &Fields<'_>, key: &'static str, bound: Bound, default: f64) -> Option<f64> {
    fields.or(key, default, |node| node.number(bound))
}

fn calcium(node: &Node<'_>, default: Calcium) -> Option<Calcium> {
    let fields = node.fields()?;
    let tau = fields.quantity_or("tau", Dimension::Time, Bound::Positive, default.tau);
    let rest = fields.quantity_or("rest", Dimension::CellConcentration, Bound::NotNegative, default.rest);
    let gamma = fields.quantity_or("gamma", Dimension::ConcentrationPerCharge, Bound::NotNegative, default.gamma);
    let weighted = fields.or("weighted", default.weighted, |node| node.boolean());
    fields.finish();
    Some(Calcium { tau: tau?, rest: rest?, gamma: gamma?, weighted: weighted? })
}

fn camkii(node: &Node<'_>, default: Camkii) -> Option<Camkii> {
    let fields = node.fields()?;
    // Per ms at 1 uM, whatever the power.
    let activation = fields.quantity_or("activation", Dimension::Rate, Bound::NotNegative, default.activation);
    let deactivation = fields.quantity_or("deactivation", Dimension::Rate, Bound::Positive, default.deactivation);
    let power = fields.or("power", u64::from(default.power), |node| node.integer(1, 8));
    fields.finish();
    let power = u32::try_from(power?).ok()?;
    Some(Camkii { activation: activation?, deactivation: deactivation?, power })
}

fn weight(node: &Node<'_>, default: WeightRule) -> Option<WeightRule> {
    let fields = node.fields()?;
    let fraction = Bound::Within(0.0, 1.0);
    let eta = fields.quantity_or("eta", Dimension::Rate, Bound::NotNegative, default.eta);
    let theta_p = number(&fields, "theta_p", fraction, default.theta_p);
    let theta_d = number(&fields, "theta_d", fraction, default.theta_d);
    let lambda = number(&fields, "lambda", Bound::NotNegative, default.lambda);
    let w_max = number(&fields, "w_max", Bound::Positive, default.w_max);
    let reading = fields.or("reading", default.reading, |node| {
        node.choice(&[("calcium-control", Reading::CalciumControl), ("literal", Reading::Literal)])
    });
    fields.finish();
    Some(WeightRule {
        eta: eta?,
        theta_p: theta_p?,
        theta_d: theta_d?,
        lambda: lambda?,
        w_max: w_max?,
        reading: reading?,
    })
}

fn stdp(node: &Node<'_>, default: PairStdp) -> Option<PairStdp> {
    let fields = node.fields()?;
    let tau_plus = fields.quantity_or("tau_plus", Dimension::Time, Bound::Positive, default.tau_plus);
    let tau_minus = fields.quantity_or("tau_minus", Dimension::Time, Bound::Positive, default.tau_minus);
    let a_plus = number(&fields, "a_plus", Bound::NotNegative, default.a_plus);
    let a_minus = number(&fields, "a_minus", Bound::NotNegative, default.a_minus);
    let w_max = number(&fields, "w_max", Bound::Positive, default.w_max);
    let soft_bounds = fields.or("soft_bounds", default.soft_bounds, |node| node.boolean());
    fields.finish();
    Some(PairStdp {
        tau_plus: tau_plus?,
        tau_minus: tau_minus?,
        a_plus: a_plus?,
        a_minus: a_minus?,
        w_max: w_max?,
        soft_bounds: soft_bounds?,
    })
}

fn graupner_brunel(node: &Node<'_>, default: GraupnerBrunel) -> Option<GraupnerBrunel> {
    let fields = node.fields()?;
    let time = |key, default, bound| fields.quantity_or(key, Dimension::Time, bound, default);
    let tau_ca = time("tau_ca", default.tau_ca, Bound::Positive);
    let c_pre = number(&fields, "c_pre", Bound::NotNegative, default.c_pre);
    let c_post = number(&fields, "c_post", Bound::NotNegative, default.c_post);
    let delay = time("delay", default.delay, Bound::NotNegative);
    let theta_d = number(&fields, "theta_d", Bound::Positive, default.theta_d);
    let theta_p = number(&fields, "theta_p", Bound::Positive, default.theta_p);
    let gamma_d = number(&fields, "gamma_d", Bound::NotNegative, default.gamma_d);
    let gamma_p = number(&fields, "gamma_p", Bound::NotNegative, default.gamma_p);
    let sigma = number(&fields, "sigma", Bound::NotNegative, default.sigma);
    let tau = time("tau", default.tau, Bound::Positive);
    let rho_star = number(&fields, "rho_star", Bound::Within(0.0, 1.0), default.rho_star);
    let ratio = number(&fields, "ratio", Bound::Positive, default.ratio);
    let rho_init = number(&fields, "rho_init", Bound::Within(0.0, 1.0), default.rho_init);
    fields.finish();
    Some(GraupnerBrunel {
        tau_ca: tau_ca?,
        c_pre: c_pre?,
        c_post: c_post?,
        delay: delay?,
        theta_d: theta_d?,
        theta_p: theta_p?,
        gamma_d: gamma_d?,
        gamma_p: gamma_p?,
        sigma: sigma?,
        tau: tau?,
        rho_star: rho_star?,
        ratio: ratio?,
        rho_init: rho_init?,
    })
}

fn homeostatic(node: &Node<'_>, default: Homeostatic) -> Option<Homeostatic> {
    let fields = node.fields()?;
    // Per ms for an error of 1 Hz.
    let eta = fields.quantity_or("eta", Dimension::Rate, Bound::NotNegative, default.eta);
    let target = fields.quantity_or("target", Dimension::Frequency, Bound::NotNegative, default.target);
    let tau_activity = fields.quantity_or("tau_activity", Dimension::Time, Bound::Positive, default.tau_activity);
    let interval = fields.quantity_or("interval", Dimension::Time, Bound::Positive, default.interval);
    let w_max = number(&fields, "w_max", Bound::Positive, default.w_max);
    fields.finish();
    Some(Homeostatic { eta: eta?, target: target?, tau_activity: tau_activity?, interval: interval?, w_max: w_max? })
}

fn structural(node: &Node<'_>, default: Structural) -> Option<Structural> {
    let fields = node.fields()?;
    let rate = fields.quantity_or("rate", Dimension::Rate, Bound::NotNegative, default.rate);
    let theta = fields.quantity_or("theta", Dimension::Frequency, Bound::NotNegative, default.theta);
    let slope = fields.quantity_or("slope", Dimension::Frequency, Bound::Positive, default.slope);
    let tau_activity = fields.quantity_or("tau_activity", Dimension::Time, Bound::Positive, default.tau_activity);
    let interval = fields.quantity_or("interval", Dimension::Time, Bound::Positive, default.interval);
    let w_init = number(&fields, "w_init", Bound::NotNegative, default.w_init);
    let spare = number(&fields, "spare", Bound::Within(0.0, 100.0), default.spare);
    fields.finish();
    Some(Structural {
        rate: rate?,
        theta: theta?,
        slope: slope?,
        tau_activity: tau_activity?,
        interval: interval?,
        w_init: w_init?,
        spare: spare?,
    })
}

fn neuromodulation(node: &Node<'_>, default: Neuromodulation) -> Option<Neuromodulation> {
    let fields = node.fields()?;
    let base = number(&fields, "base", Bound::NotNegative, default.base);
    // Per uM.
    let gain = number(&fields, "gain", Bound::Any, default.gain);
    fields.finish();
    Some(Neuromodulation { base: base?, gain: gain? })
}
