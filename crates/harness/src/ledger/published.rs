//! Other people's counts, each with where it stands.
