//! What a variable is called, and its unit.

use huxley_model::network::Variable;

/// In words, for pictures, and its unit.
pub fn named(variable: &Variable) -> (String, &'static str) {
    match variable {
        Variable::Potential => ("membrane potential".to_owned(), "mV"),
        Variable::Gate { channel, gate } => (format!("gate {gate} of {channel}"), ""),
        Variable::ChannelCurrent { channel } => (format!("current through {channel}"), "nA"),
        Variable::SynapticCurrent => ("synaptic current".to_owned(), "nA"),
        Variable::InjectedCurrent => ("injected current".to_owned(), "nA"),
        Variable::Synapse { synapse, variable, .. } => {
            (format!("{variable} of {synapse}"), if variable == "ca" { "uM" } else { "" })
        }
        Variable::Activity { .. } => ("activity".to_owned(), "Hz"),
        Variable::Dopamine => ("dopamine".to_owned(), "uM"),
        Variable::Messenger(messenger) => (messenger.name().to_owned(), messenger.unit()),
    }
}

/// In a word, as `--record` has it where it can.
pub fn word(variable: &Variable) -> String {
    match variable {
        Variable::Potential => "v".to_owned(),
        Variable::Gate { channel, gate } => format!("{channel}.{gate}"),
        Variable::ChannelCurrent { channel } => format!("i_{channel}"),
        Variable::SynapticCurrent => "synaptic-current".to_owned(),
        Variable::InjectedCurrent => "injected-current".to_owned(),
        Variable::Synapse { synapse, variable, .. } => format!("{synapse}:{variable}"),
        Variable::Activity { .. } => "activity".to_owned(),
        Variable::Dopamine => "dopamine".to_owned(),
        Variable::Messenger(messenger) => messenger.name().to_owned(),
    }
}
