//! The trends.

use super::{Basis, Growth, Precision, Quantity, Trend};

const EPOCH_2022: &str = "Epoch AI 2022 (Hobbhahn, Besiroglu), Trends in GPU price-performance, table 1: 470 GPUs of 2006 to 2021, 95 % intervals";
const EPOCH_2023: &str =
    "Epoch AI 2023 (Hobbhahn, Heim, Aydos), Trends in machine learning hardware: 47 accelerators of 2010 to 2023";
const EPOCH_2025: &str = "Epoch AI 2025, Machine learning hardware (data set, epoch.ai/data/machine-learning-hardware)";
const MIT_2026: &str =
    "MIT FutureTech 2026 (Del Sozzo, Fleming, Flamm, Thompson), arXiv:2601.20115v3: NVIDIA data-centre GPUs";
const SOBE_2025: &str = "State of Brain Emulation Report 2025, arXiv:2510.15745";

const PLAIN: Trend = Trend {
    name: "",
    quantity: Quantity::Arithmetic,
    basis: Basis::Device,
    precision: None,
    growth: Growth::Doubling(f64::INFINITY),
    source: "",
    drawn: true,
    note: "",
};

/// Doubling time of the price of a device, years: the same data as the trends of a device by the same authors.
pub const PRICE_DOUBLING: f64 = 5.03;

/// Every trend.
pub const TRENDS: &[Trend] = &[
    Trend {
        name: "epoch-2022-all",
        basis: Basis::Dollar,
        precision: Some(Precision::F32),
        growth: Growth::Interval { doubling: 2.46, low: 2.24, high: 2.72, level: 0.95 },
        source: EPOCH_2022,
        note: "all GPUs",
        ..PLAIN
    },
    Trend {
        name: "epoch-2022-ml",
        basis: Basis::Dollar,
        precision: Some(Precision::F32),
        growth: Growth::Interval { doubling: 2.07, low: 1.54, high: 3.13, level: 0.95 },
        source: EPOCH_2022,
        note: "GPUs used in machine learning",
        ..PLAIN
    },
    Trend {
        name: "epoch-2022-top",
        basis: Basis::Dollar,
        precision: Some(Precision::F32),
        growth: Growth::Interval { doubling: 2.95, low: 2.54, high: 3.52, level: 0.95 },
        source: EPOCH_2022,
        note: "the best GPUs of their time",
        ..PLAIN
    },
    Trend {
        name: "epoch-2023-dollar",
        basis: Basis::Dollar,
        precision: Some(Precision::F32),
        growth: Growth::Doubling(2.1),
        source: EPOCH_2023,
        ..PLAIN
    },
    Trend {
        name: "epoch-2023-fp32",
        precision: Some(Precision::F32),
        growth: Growth::Doubling(2.3),
        source: EPOCH_2023,
        note: "the article's 2.3 years",
        ..PLAIN
    },
    Trend {
        name: "epoch-2025-dollar",
        basis: Basis::Dollar,
        growth: Growth::Times(1.0 / 0.7, 1.0),
        source: EPOCH_2025,
        note: "a price 30 % lower each year at fixed performance",
        ..PLAIN
    },
    Trend {
        name: "epoch-2025-fp16",
        precision: Some(Precision::F16),
        growth: Growth::Times(1.29, 1.0),
        source: EPOCH_2025,
        drawn: false,
        note: "29 % more each year",
        ..PLAIN
    },
    Trend {
        name: "mit-2026-fp16",
        precision: Some(Precision::F16),
        growth: Growth::Doubling(1.43),
        source: MIT_2026,
        drawn: false,
        ..PLAIN
    },
    Trend {
        name: "mit-2026-fp32",
        precision: Some(Precision::F32),
        growth: Growth::Doubling(1.67),
        source: MIT_2026,
        ..PLAIN
    },
    Trend {
        name: "mit-2026-fp64",
        precision: Some(Precision::F64),
        growth: Growth::Between(2.05, 3.79),
        source: MIT_2026,
        note: "from one figure to the other as its abstract has it; the middle in ratio stands for them",
        ..PLAIN
    },
    Trend {
        name: "sobe-2025-flops",
        growth: Growth::Times(3.0, 2.0),
        source: SOBE_2025,
        drawn: false,
        note: "3.0 times in 2 years: of the hardware of machine learning, across precisions",
        ..PLAIN
    },
    Trend {
        name: "epoch-2023-memory",
        quantity: Quantity::Memory,
        growth: Growth::Doubling(4.0),
        source: EPOCH_2023,
        ..PLAIN
    },
    Trend {
        name: "mit-2026-memory",
        quantity: Quantity::Memory,
        growth: Growth::Between(3.29, 3.41),
        source: MIT_2026,
        note: "size and bandwidth together; the middle in ratio stands for the two figures",
        ..PLAIN
    },
    Trend {
        name: "epoch-2023-bandwidth",
        quantity: Quantity::Bandwidth,
        growth: Growth::Doubling(4.1),
        source: EPOCH_2023,
        ..PLAIN
    },
    Trend {
        name: "mit-2026-bandwidth",
        quantity: Quantity::Bandwidth,
        growth: Growth::Between(3.29, 3.41),
        source: MIT_2026,
        note: "size and bandwidth together; the middle in ratio stands for the two figures",
        ..PLAIN
    },
    Trend {
        name: "sobe-2025-bandwidth",
        quantity: Quantity::Bandwidth,
        growth: Growth::Times(1.7, 2.0),
        source: SOBE_2025,
        note: "1.7 times in 2 years",
        ..PLAIN
    },
    Trend {
        name: "sobe-2025-interconnect",
        quantity: Quantity::Interconnect,
        growth: Growth::Times(1.5, 2.0),
        source: SOBE_2025,
        note: "1.5 times in 2 years",
        ..PLAIN
    },
    Trend {
        name: "mit-2026-price",
        quantity: Quantity::Price,
        growth: Growth::Doubling(PRICE_DOUBLING),
        source: MIT_2026,
        drawn: false,
        note: "release price of a device; what a dollar buys of a device's quantity grows that much slower",
        ..PLAIN
    },
];
