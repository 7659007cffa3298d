//! Lists of connections, column by column: what a table names takes 8 bytes a connection, and 8 more for each value it gives.

/// One connection of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connection {
    /// Cell index in the source population.
    pub source: u32,
    /// Cell index in the target population.
    pub target: u32,
    /// Weight, in the unit of [`Projection::weight`](crate::network::Projection::weight); none takes the projection's.
    pub weight: Option<f64>,
    /// Delay, ms; none takes the projection's.
    pub delay: Option<f64>,
    /// Compartment of the target (as [`Site::Compartment`](crate::network::Site::Compartment)); none takes the projection's site.
    pub compartment: Option<u32>,
}

/// A list of connections. Values that no connection gives take no memory.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connections {
    source: Vec<u32>,
    target: Vec<u32>,
    weight: Sparse<f64>,
    delay: Sparse<f64>,
    compartment: Sparse<u32>,
}

impl Connections {
    /// Connections there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// Adds one at the end.
    pub fn push(&mut self, connection: Connection) {
        let before = self.len();
        self.source.push(connection.source);
        self.target.push(connection.target);
        self.weight.push(before, connection.weight);
        self.delay.push(before, connection.delay);
        self.compartment.push(before, connection.compartment);
    }

    /// The one at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Connection> {
        Some(Connection {
            source: *self.source.get(index)?,
            target: *self.target.get(index)?,
            weight: self.weight.get(index),
            delay: self.delay.get(index),
            compartment: self.compartment.get(index),
        })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Connection> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Source cells, in order.
    #[must_use]
    pub fn sources(&self) -> &[u32] {
        &self.source
    }

    /// Target cells, in order.
    #[must_use]
    pub fn targets(&self) -> &[u32] {
        &self.target
    }

    /// Whether any has a weight.
    #[must_use]
    pub fn has_weights(&self) -> bool {
        !self.weight.values.is_empty()
    }

    /// Whether any has a delay.
    #[must_use]
    pub fn has_delays(&self) -> bool {
        !self.delay.values.is_empty()
    }

    /// Multiplies the weights that are given.
    pub fn scale_weights(&mut self, factor: f64) {
        self.weight.values.iter_mut().for_each(|weight| *weight *= factor);
    }

    /// Multiplies the delays that are given.
    pub fn scale_delays(&mut self, factor: f64) {
        self.delay.values.iter_mut().for_each(|delay| *delay *= factor);
    }

    /// Gives back memory held in reserve.
    pub fn shrink_to_fit(&mut self) {
        self.source.shrink_to_fit();
        self.target.shrink_to_fit();
        self.weight.values.shrink_to_fit();
        self.delay.values.shrink_to_fit();
        self.compartment.values.shrink_to_fit();
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        4 * (self.source.capacity() + self.target.capacity() + self.compartment.values.capacity())
            + 8 * (self.weight.values.capacity() + self.delay.values.capacity())
    }
}

impl FromIterator<Connection> for Connections {
    fn from_iter<I: IntoIterator<Item = Connection>>(all: I) -> Self {
        let mut connections = Self::default();
        connections.extend(all);
        connections
    }
}

impl Extend<Connection> for Connections {
    fn extend<I: IntoIterator<Item = Connection>>(&mut self, all: I) {
        all.into_iter().for_each(|connection| self.push(connection));
    }
}

impl From<Vec<Connection>> for Connections {
    fn from(all: Vec<Connection>) -> Self {
        all.into_iter().collect()
    }
}

/// A column some of whose values are absent; empty where all are.
#[derive(Clone, Debug, Default, PartialEq)]
struct Sparse<T> {
    values: Vec<T>,
    /// Which are absent, once one of several is.
    absent: Vec<bool>,
}

impl<T: Copy + Default> Sparse<T> {
    /// Adds a value after `before` others.
    fn push(&mut self, before: usize, value: Option<T>) {
        if self.values.is_empty() {
            let Some(value) = value else { return };
            if before > 0 {
                self.values.resize(before, T::default());
                self.absent.resize(before, true);
            }
            self.values.push(value);
        } else {
            if value.is_none() && self.absent.is_empty() {
                self.absent.resize(before, false);
            }
            self.values.push(value.unwrap_or_default());
        }
        if !self.absent.is_empty() {
            self.absent.push(value.is_none());
        }
    }

    fn get(&self, index: usize) -> Option<T> {
        let absent = self.absent.get(index).copied().unwrap_or(false);
        self.values.get(index).copied().filter(|_| !absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_whichever_values_are_absent() {
        // Every pattern of five weights and delays present and absent.
        for pattern in 0_u32..1024 {
            let list: Vec<Connection> = (0..5)
                .map(|i| Connection {
                    source: i,
                    target: 10 + i,
                    weight: (pattern >> i & 1 == 1).then_some(f64::from(i)),
                    delay: (pattern >> (5 + i) & 1 == 1).then_some(f64::from(2 * i)),
                    compartment: (i == 3).then_some(7),
                })
                .collect();
            let connections = Connections::from(list.clone());
            assert_eq!(connections.iter().collect::<Vec<_>>(), list);
            assert_eq!(connections.get(5), None);
        }
    }

    #[test]
    fn absent_values_take_no_memory() {
        let row = |weight| Connection { source: 1, target: 2, weight, delay: None, compartment: None };
        let mut plain: Connections = (0..1000).map(|_| row(None)).collect();
        let mut weighted: Connections = (0..1000).map(|_| row(Some(1.0))).collect();
        plain.shrink_to_fit();
        weighted.shrink_to_fit();
        assert_eq!((plain.bytes(), weighted.bytes()), (8_000, 16_000));
    }
}
