//! `[gap_junctions.NAME]`: electrical connections.

use huxley_model::network::{GapJunctions, GapPair, Site};

use super::connections::{self, Directions, Ends};
use super::place::{self, Scope};
use super::quantity::Dimension;
use super::reader::{Bound, Node};

pub(crate) fn read(name: &str, node: &Node<'_>, scope: &Scope<'_>) -> Option<GapJunctions> {
    let fields = node.fields()?;
    let first = fields.required("first").and_then(|node| scope.population(&node));
    let second = fields.required("second").and_then(|node| scope.population(&node));
    let conductance = fields.quantity("conductance", Dimension::Conductance, Bound::NotNegative);
    let first_site = fields.optional("first_site").or_else(|| fields.optional("site"));
    let second_site = fields.optional("second_site").or_else(|| fields.optional("site"));
    let coupling_step =
        fields.or("coupling_step", None, |node| node.quantity(Dimension::Time, Bound::Positive).map(Some));
    let quiet = fields.or("self_pairs", false, |node| node.choice(&[("ignore", true), ("warn", false)]));
    let directions = fields.or("both_directions", Directions::Warn, |node| {
        node.choice(&[("keep", Directions::Keep), ("merge", Directions::Merge)])
    });
    let (first, second) = (first?, second?);
    let site = |node: Option<Node<'_>>, population: usize| match node {
        Some(node) => {
            let site = place::site(&node)?;
            if matches!(site, Site::Every(_)) {
                return node.error("a gap junction has one site on a cell", "write \"soma\" or { random = \"any\" }");
            }
            place::check_site(&node, &site, &scope.populations[population], None)?;
            Some(site)
        }
        None => Some(Site::Soma),
    };
    let (first_site, second_site) = (site(first_site, first), site(second_site, second));
    let ends = Ends { first: "first", second: "second" };
    let lists = connections::read(&fields, scope, &ends, (first, second), None);
    fields.finish();
    let (mut list, conductance) = (lists?.pop()?, conductance?);
    if first == second && directions? != Directions::Keep {
        let (merged, count, unlike) = connections::merge_directions(&list);
        if directions? == Directions::Merge {
            list = merged;
            if unlike > 0 {
                node.context.warn(format!(
                    "gap junctions `{name}`: {unlike} of {count} pairs that are listed in both directions have two weights; the \
                     mean is taken"
                ));
            }
        } else if count > 0 {
            node.context.warn(format!(
                "gap junctions `{name}`: {count} pairs are listed in both directions; each row is taken as a junction \
                 (both_directions = \"merge\" takes the two as one, \"keep\" says that this is known)"
            ));
        }
    }
    let all = list.len();
    let pairs: Vec<GapPair> = list
        .iter()
        .filter(|pair| first != second || pair.source != pair.target)
        .map(|pair| GapPair {
            first: pair.source,
            second: pair.target,
            conductance: conductance * pair.weight.unwrap_or(1.0),
        })
        .collect();
    if pairs.len() < all && !quiet? {
        node.context.warn(format!(
            "gap junctions `{name}`: {} of {all} pairs join a cell to itself and carry no current; left out \
             (self_pairs = \"ignore\" says that this is known)",
            all - pairs.len()
        ));
    }
    Some(GapJunctions {
        name: name.to_owned(),
        first: scope.populations[first].name.clone(),
        second: scope.populations[second].name.clone(),
        pairs,
        first_site: first_site?,
        second_site: second_site?,
        coupling_step: coupling_step?,
    })
}
