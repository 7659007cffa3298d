//! Pools of dopamine and rewards.

use huxley_model::network::{Network, WHOLE_BRAIN};
use huxley_model::plasticity::slow::DOPAMINE;

use crate::column::Column;
use crate::error::PlanError;
use crate::lower::{CellTable, population, select_cells};
use crate::plan::{NO_REGION, RegionPlan, RewardPlan, Settings};

pub(super) struct Regions {
    pub regions: Vec<RegionPlan>,
    /// By cell.
    pub region: Column<u16>,
    pub rewards: Vec<RewardPlan>,
}

pub(super) fn lower(network: &Network, settings: &Settings, table: &CellTable) -> Result<Regions, PlanError> {
    let cells = table.cells.len();
    let mut regions = Vec::new();
    let mut region = vec![NO_REGION; if network.regions.is_empty() { 0 } else { cells }];
    for described in &network.regions {
        let who = format!("region `{}`", described.name);
        if !(described.tau > 0.0 && described.tau.is_finite()) {
            return Err(PlanError::Value {
                what: format!("tau of {who}"),
                value: described.tau,
                expected: "a positive number of ms",
            });
        }
        let index = u16::try_from(regions.len())
            .ok()
            .filter(|&i| i != NO_REGION)
            .ok_or(PlanError::TooLarge { what: "regions", limit: u64::from(NO_REGION) })?;
        for (name, selection) in &described.cells {
            let of = population(network, &who, name)?;
            for cell in select_cells(network, &who, of, selection)? {
                let own = &mut region[table.first_cell(of) as usize + cell];
                if *own != NO_REGION && *own != index {
                    let other: &RegionPlan = &regions[*own as usize];
                    return Err(PlanError::TwoRegions {
                        cell: format!("{name}[{cell}]"),
                        first: other.name.clone(),
                        second: described.name.clone(),
                    });
                }
                *own = index;
            }
        }
        regions.push(RegionPlan { name: described.name.clone(), tau: described.tau });
    }
    let region = if regions.is_empty() {
        regions.push(RegionPlan { name: WHOLE_BRAIN.to_owned(), tau: DOPAMINE.0 });
        Column::same(0, cells)
    } else {
        region.into_iter().collect()
    };
    Ok(Regions { rewards: rewards(network, settings, &regions)?, regions, region })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn rewards(network: &Network, settings: &Settings, regions: &[RegionPlan]) -> Result<Vec<RewardPlan>, PlanError> {
    let mut rewards = Vec::new();
    for reward in &network.rewards {
        let who = format!("reward `{}`", reward.name);
        let finite = |what: &str, value: f64| {
            if value.is_finite() {
                return Ok(());
            }
            Err(PlanError::Value { what: format!("{what} of {who}"), value, expected: "a finite number" })
        };
        finite("the amount", reward.amount)?;
        let reached = match &reward.region {
            None => 0..regions.len(),
            Some(name) => {
                let found = regions.iter().position(|r| r.name == *name).ok_or_else(|| PlanError::Unknown {
                    place: who.clone(),
                    kind: "region",
                    name: name.clone(),
                    known: regions.iter().map(|r| r.name.clone()).collect(),
                })?;
                found..found + 1
            }
        };
        for &time in &reward.times {
            finite("a time", time)?;
            let tick = (time / settings.tick).round().max(0.0) as u64;
            rewards.extend(reached.clone().map(|region| RewardPlan {
                tick,
                region: region as u32,
                amount: reward.amount,
            }));
        }
    }
    // Stable: rewards of one tick stay in the order of the model.
    rewards.sort_by_key(|r| r.tick);
    Ok(rewards)
}
