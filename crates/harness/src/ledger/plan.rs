//! A network, counted.
use huxley_engine::Plan;
/// x
pub struct PlanLedger;
/// x
pub fn of_plan(_: &Plan) -> PlanLedger { PlanLedger }
