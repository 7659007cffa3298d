//! What a user may type after `huxley forecast`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use huxley_forecast::trends::Precision;

/// Options of `huxley forecast`.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  huxley forecast                                  the article's 5.3e19 FLOP/s for a billion USD
  huxley forecast --budget 100e6 --budget-growth 5%
  huxley forecast --memory 2.7PB --bandwidth 120EB/s
  huxley extrapolate --json > brain.json && huxley forecast --from brain.json
  huxley forecast --trend arithmetic=2..3 --price-doubling never --out out/dates
  huxley forecast turing                           the other road: a Turing test
  huxley forecast --json"
)]
pub struct ForecastArgs {
    #[command(subcommand)]
    pub command: Option<ForecastCommand>,
    #[command(flatten)]
    pub hardware: HardwareArgs,
}

/// The other road.
#[derive(Debug, Subcommand)]
pub enum ForecastCommand {
    /// When a budget buys a language model whose text passes for a human's, by the Direct Approach
    Turing(Box<TuringArgs>),
}

/// Options of the hardware road.
#[derive(Args, Debug)]
pub struct HardwareArgs {
    /// Requirements from the JSON of `huxley extrapolate`, or - for stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["flops", "memory", "bandwidth", "interconnect"])]
    pub from: Option<PathBuf>,
    /// Arithmetic required: 53EFLOP/s, 5.3e19 [default: the article's 5.3e19, where nothing is required]
    #[arg(long, value_name = "FLOP/S")]
    pub flops: Option<String>,
    /// Memory held: 2.7PB
    #[arg(long, value_name = "BYTES")]
    pub memory: Option<String>,
    /// Memory moved: 120EB/s
    #[arg(long, value_name = "BYTES/S")]
    pub bandwidth: Option<String>,
    /// Bytes that machines exchange: 1.5PB/s
    #[arg(long, value_name = "BYTES/S")]
    pub interconnect: Option<String>,
    /// Arithmetic of the device: f64 or f32 [default: f64, or that of --from]
    #[arg(long, value_enum)]
    pub precision: Option<PrecisionChoice>,
    /// USD to spend in one year, or unlimited
    #[arg(long, value_name = "USD", default_value = "1e9")]
    pub budget: String,
    /// Growth of the budget a year
    #[arg(long, value_name = "PERCENT", default_value = "0%", allow_hyphen_values = true)]
    pub budget_growth: String,
    /// Price of a device, USD [default: that of --from, or 30000 for an H100, an assumption]
    #[arg(long, value_name = "USD")]
    pub price: Option<String>,
    /// Years in which the price of a device doubles, or never
    #[arg(long, value_name = "YEARS", default_value = "5.03")]
    pub price_doubling: String,
    /// The year in which budget and price are as given
    #[arg(long, value_name = "YEAR", default_value = "2025")]
    pub start: String,
    /// Doubling time of arithmetic, memory, bandwidth or interconnect of a device, in the place of those known: 2.3, 2..3, never
    #[arg(long, value_name = "QUANTITY=YEARS")]
    pub trend: Vec<String>,
    #[command(flatten)]
    pub common: RoadArgs,
}

/// Options of both roads.
#[derive(Args, Debug)]
pub struct RoadArgs {
    /// Seed of the samples
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Samples of a date
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub samples: usize,
    /// Writes both roads as a picture, forecast.png and forecast.svg, and this document as JSON, into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Precision of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PrecisionChoice {
    /// Double
    F64,
    /// Single
    F32,
}

impl From<PrecisionChoice> for Precision {
    fn from(choice: PrecisionChoice) -> Self {
        match choice {
            PrecisionChoice::F64 => Self::F64,
            PrecisionChoice::F32 => Self::F32,
        }
    }
}

/// Options of `huxley forecast turing`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  huxley forecast turing                        a paper of 4000 words
  huxley forecast turing --slowdown 10          with the essay's judge
  huxley forecast turing --words 150 --budget 100e6
  huxley forecast turing --algorithms 0.67      algorithms that halve the compute every 8 months
  huxley forecast turing --json")]
pub struct TuringArgs {
    /// Words that are to be survived [default: 4000]
    #[arg(long, value_name = "N", conflicts_with = "tokens")]
    pub words: Option<String>,
    /// The same in tokens
    #[arg(long, value_name = "N")]
    pub tokens: Option<String>,
    /// How many times a judge is slower than an ideal one, or poll: log-normal, median 53.1, 9.84 at 15 % and 290 at 85 %
    #[arg(long, value_name = "TIMES|poll", default_value = "poll")]
    pub slowdown: String,
    /// Odds at which the judge decides
    #[arg(long, value_name = "RATIO", default_value = "10")]
    pub odds: String,
    /// Loss by compute: the essay's 1070 / C^0.154, or as it follows from Hoffmann et al.
    #[arg(long, value_enum, default_value_t)]
    pub law: LawChoice,
    /// What the 2e25 FLOP of GPT-4 cost, USD; the default is the essay's assumption
    #[arg(long, value_name = "USD", default_value = "1e7")]
    pub price: String,
    /// USD for one training run, or unlimited
    #[arg(long, value_name = "USD", default_value = "1e9")]
    pub budget: String,
    /// Growth of the budget a year
    #[arg(long, value_name = "PERCENT", default_value = "0%", allow_hyphen_values = true)]
    pub budget_growth: String,
    /// Growth of the world's product a year
    #[arg(long, value_name = "PERCENT", default_value = "2%", allow_hyphen_values = true)]
    pub growth: String,
    /// Years in which better algorithms halve the compute, or never
    #[arg(long, value_name = "YEARS", default_value = "never")]
    pub algorithms: String,
    /// The year in which budget and price are as given
    #[arg(long, value_name = "YEAR", default_value = "2023")]
    pub start: String,
    /// Years in which what a dollar buys doubles, in the place of the trends known: 2.1, 2..3, never
    #[arg(long, value_name = "YEARS")]
    pub trend: Option<String>,
    /// Turing tests to simulate for each judge; 0 for none
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub trials: usize,
    #[command(flatten)]
    pub common: RoadArgs,
}

/// Loss by compute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LawChoice {
    /// 1070 / C^0.154
    #[default]
    Essay,
    /// From the fit of Hoffmann et al. 2022
    Derived,
}
