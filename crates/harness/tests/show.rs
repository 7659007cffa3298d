#![allow(missing_docs)]
use huxley_harness::ledger::*;
#[test]
fn show() {
    let s = Settings::default();
    let rows = rows(&s);
    let c = Convention::default();
    for r in &rows {
        println!("{:12} {:22} {:?} {:.2} exp32 {:.1} bytes {:?}", r.group.name(), r.part, r.article, r.amount().flop(c), r.expanded(s.precision).instructions(), r.bytes());
        for k in &r.cases { println!("      {:40} x {:.4} {:?} perf {:?}", k.name, k.times, k.count.operations, k.count.performed); }
    }
    let t = Totals::of(&rows, &s);
    println!("{:?}\n{} {} {}", t.compartment_step, t.compartment_step.flop(c), t.neuron.flop(c), t.synapse.flop(c));
}
