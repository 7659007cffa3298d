//! `huxley validate`: the machine's own backends pass, and every check fails for a backend that is wrong.
#![allow(missing_docs)]

use std::sync::Arc;

use huxley_cpu::{CpuBackend, CpuOptions};
use huxley_engine::snapshot::Snapshot;
use huxley_engine::{Backend, Epoch, Plan, RunError, SynapseTable};
use huxley_harness::ledger::parts::Root;
use huxley_harness::ledger::{Count, Part};
use huxley_harness::validate::analytic::kinetic_open;
use huxley_harness::validate::compare::{different, within};
use huxley_harness::validate::counts::unrecorded;
use huxley_harness::validate::subject::{Make, own};
use huxley_harness::validate::tolerances::PASSIVE;
use huxley_harness::validate::verdict::{Verdict, judged};
use huxley_harness::validate::{CHECKS, Candidate, Options, Subject, Validation, validate};
use huxley_model::network::Precision;
use huxley_testkit::Reference;

fn only(name: &str) -> Options {
    Options { quick: true, checks: vec![name.to_owned()] }
}

fn run(candidates: Vec<Subject>, options: &Options) -> Validation {
    let candidates: Vec<Candidate> = candidates.into_iter().map(Candidate::Present).collect();
    validate(&candidates, options, |_| ())
}

#[test]
fn the_backends_of_every_machine_pass() {
    let mut told = 0;
    let candidates: Vec<Candidate> = own().into_iter().map(Candidate::Present).collect();
    let report = validate(&candidates, &Options { quick: true, ..Options::default() }, |step| {
        assert!(step.done == told && told < step.total);
        told += 1;
    });
    for check in &report.checks {
        assert!(!check.failed(), "{check:?}");
    }
    assert_eq!(report.checks.len(), 4 * (CHECKS.len() - 1) + 1);
    assert_eq!(told, report.checks.len());
    assert_eq!((report.passed + report.skipped, report.failed), (report.checks.len(), 0));
    // Long checks of four subjects, strict bits of two, and the second order in f32.
    assert_eq!(report.skipped, 4 * 4 + 2 + 1);
    assert!(report.checks.iter().all(|check| !check.why.is_empty()));
    assert!(report.checks.iter().filter(|c| c.passed).all(|c| c.error <= c.bound && c.bound.is_some()));
}

#[test]
fn long_checks_pass_on_the_cpu() {
    for name in ["cable", "rallpack-1", "rallpack-2"] {
        let mut own = own();
        let report = run(vec![own.remove(2)], &only(name));
        assert!(report.passed == 1 && report.failed == 0, "{:?}", report.checks);
    }
}

#[test]
fn a_backend_that_is_missing_is_said_to_be() {
    let absent = Candidate::Absent { backend: "gpu".to_owned(), why: "there is none".to_owned() };
    let report = validate(&[absent], &only("decay"), |_| ());
    assert_eq!((report.passed, report.failed, report.skipped), (0, 0, 1));
    assert!(report.checks[0].skipped && report.checks[0].why == "there is none");
}

/// What is wrong with a backend.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    /// Membranes have 2 % more capacitance.
    Capacitance,
    /// Samples are 1e-3 too large.
    Samples,
    /// What is restored is forgotten.
    Restore,
    /// Divergence is not told.
    Silence,
}

struct Wrong(Fault, CpuBackend);

impl Backend for Wrong {
    fn advance(&mut self, ticks: u32) -> Result<Epoch, RunError> {
        let mut result = self.1.advance(ticks);
        if let (Fault::Samples, Ok(epoch)) = (self.0, &mut result) {
            epoch.samples.iter_mut().flatten().for_each(|x| *x += 1e-3);
        }
        if self.0 == Fault::Silence { Ok(result.unwrap_or_default()) } else { result }
    }
    fn tick(&self) -> u64 {
        self.1.tick()
    }
    fn snapshot(&self) -> Result<Snapshot, RunError> {
        self.1.snapshot()
    }
    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RunError> {
        if self.0 == Fault::Restore { Ok(()) } else { self.1.restore(snapshot) }
    }
    fn synapses(&self, group: usize) -> Result<SynapseTable, RunError> {
        self.1.synapses(group)
    }
    fn name(&self) -> &'static str {
        "wrong"
    }
    fn device(&self) -> String {
        self.1.device()
    }
    fn bytes(&self) -> usize {
        self.1.bytes()
    }
}

fn make(fault: Fault) -> Make {
    Box::new(move |plan: Arc<Plan>| {
        let mut wrong = Plan::clone(&plan);
        if fault == Fault::Capacitance {
            wrong.nodes.capacitance = wrong.nodes.capacitance.map(|c| 1.02 * c);
        }
        let options = CpuOptions { threads: Some(1), strict: true, ..CpuOptions::default() };
        Ok(Box::new(Wrong(fault, CpuBackend::new(Arc::new(wrong), &options))))
    })
}

fn wrong(fault: Fault) -> Subject {
    let own = own().remove(1);
    Subject { backend: "wrong".to_owned(), make: make(fault), variants: Vec::new(), ..own }
}

#[test]
fn every_check_fails_for_a_backend_that_is_wrong() {
    for check in CHECKS.iter().filter(|check| !["ledger", "rallpack-3"].contains(&check.name)) {
        let subject = match check.name {
            "kinetic-synapses" | "event-synapses" => wrong(Fault::Samples),
            "snapshot" => wrong(Fault::Restore),
            "divergence" => wrong(Fault::Silence),
            // One way to run it that is not like the others.
            "determinism" => {
                Subject { variants: vec![("wrong".to_owned(), make(Fault::Capacitance))], ..own().remove(1) }
            }
            _ => wrong(Fault::Capacitance),
        };
        let report = run(vec![subject], &only(check.name));
        assert_eq!((report.passed, report.failed, report.skipped), (0, 1, 0), "{:?}", report.checks);
        assert!(!report.checks[0].why.is_empty());
    }
}

/// `rallpack-3` compares as `squid-staggered` does; here with a run of 2 % more capacitance, on the fast backend.
#[test]
fn rallpack_3_sees_another_capacitance() {
    let report = run(vec![wrong(Fault::Capacitance)], &only("rallpack-3"));
    assert_eq!((report.passed, report.failed), (0, 1), "{:?}", report.checks);
}

#[test]
fn one_operation_more_is_seen_by_the_ledgers_check() {
    let right = Count::of(&Root);
    assert_eq!(unrecorded(&Root, &right), 0);
    let mut wrong = right;
    wrong.operations.add += 1;
    assert_eq!(unrecorded(&Root, &wrong), 1);
    wrong.performed.exp += 2;
    assert_eq!(unrecorded(&Root, &wrong), 3);
    assert!(Root.inputs() > 0);
}

#[test]
fn what_is_not_a_number_passes_nothing() {
    for error in [f64::NAN, f64::INFINITY] {
        assert_eq!(judged(error, &PASSIVE, Precision::F64).passed(), Some(false));
    }
    assert_eq!(judged(0.0, &PASSIVE, Precision::F64).passed(), Some(true));
    assert_eq!(Verdict::Skipped(String::new()).passed(), None);
}

#[test]
fn a_bit_of_difference_is_counted() {
    let snapshot = Snapshot { tick: 3, precision: Precision::F64, plan: 1, payload: vec![1, 2, 3] };
    let epoch = Epoch { spikes: Vec::new(), samples: vec![vec![0.0, 1.0]] };
    let run = (epoch, snapshot);
    assert_eq!(different(&run, &run), 0);
    let mut other = run.clone();
    other.0.samples[0][0] = -0.0;
    assert_eq!(different(&run, &other), 1);
    other.1.payload[2] ^= 1;
    assert_eq!(different(&run, &other), 2);
    other.1.payload.push(0);
    assert_eq!(different(&run, &other), 3);
    other.1.tick = 4;
    assert_eq!(different(&run, &other), 4);
}

/// The closed form against scipy's solution, which the tests of synapses use.
#[test]
fn the_closed_form_of_open_fractions_is_the_reference_solution() {
    let reference = Reference::load("kinetic_synapses");
    let synapses = reference.at("/parameters/synapses").list();
    assert_eq!(synapses.len(), 5);
    for (i, synapse) in synapses.iter().enumerate() {
        let name = synapse.get("receptor").text();
        let rates = reference.at("/parameters/receptors").get(name);
        let [alpha, beta] = ["alpha", "beta"].map(|key| rates.get(key).number());
        let arrivals = synapse.get("arrivals").numbers();
        let expected = reference.at("/s").get(&format!("synapse{i}_{name}")).numbers();
        let exact: Vec<f64> =
            (0..expected.len()).map(|k| kinetic_open(alpha, beta, 1.0, 1.0, &arrivals, 0.1 * k as f64)).collect();
        let found = within(&exact, &expected, 1e-9).unwrap();
        assert!(found.largest > 0.0, "two solutions by other ways are never equal");
        assert!(within(&exact[1..], &expected[..expected.len() - 1], 1e-9).is_err());
    }
}
