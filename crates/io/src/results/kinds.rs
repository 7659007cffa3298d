//! Formats of spikes and reports.

/// How spikes and samples are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileFormat {
    /// SONATA's HDF5: `spikes.h5`, `report_NAME.h5`.
    Sonata,
    /// Text: `spikes.csv`, `report_NAME.csv`.
    Csv,
    /// Parquet: `spikes.parquet`, `report_NAME.parquet`.
    Parquet,
}

impl FileFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sonata, Self::Csv, Self::Parquet];
    /// All of them, those first that are read fastest and say most.
    pub const ALL_BY_EASE: [Self; 3] = [Self::Sonata, Self::Parquet, Self::Csv];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sonata => "sonata",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// How names of its files end, without the point.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Sonata => "h5",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}
