//! A recorded function as the text of a WGSL function.

use std::fmt::Write as _;

use huxley_model::expr::{Node, NodeId, Program};

/// The arithmetic shaders are printed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arithmetic {
    /// `f64`, else `f32`.
    pub double: bool,
    /// Multiply-adds round twice, and nothing is left to the driver.
    pub strict: bool,
}

/// Longest expression that is written where it is used instead of under a name of its own.
const INLINE: usize = 48;

impl Arithmetic {
    /// The constant `x`, rounded to the precision.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn literal(self, x: f64) -> String {
        let text = if self.double { format!("{x:?}lf") } else { format!("{:?}f", x as f32) };
        if text.starts_with('-') { format!("({text})") } else { text }
    }

    /// `a * b + c`.
    #[must_use]
    pub fn mul_add(self, a: &str, b: &str, c: &str) -> String {
        if self.strict { format!("({a} * {b} + {c})") } else { format!("fma({}, {}, {})", bare(a), bare(b), bare(c)) }
    }

    /// What every shader begins with: the type all equations are in.
    #[must_use]
    pub fn header(self) -> &'static str {
        if self.double { "alias Float = f64;\n" } else { "alias Float = f32;\n" }
    }

    /// The function `name` of `inputs` that `program` computes: one result as a `Float`, several as an array.
    ///
    /// # Panics
    /// When there are not as many names as inputs.
    #[must_use]
    pub fn function(self, name: &str, inputs: &[&str], program: &Program) -> String {
        assert_eq!(inputs.len(), program.inputs(), "names of the inputs of `{name}`");
        let program = if self.double { program.specialise::<f64>() } else { program.specialise::<f32>() };
        let nodes = program.nodes();
        let mut uses = vec![0_u32; nodes.len()];
        nodes.iter().flat_map(Node::operands).for_each(|id| uses[id.index()] += 1);
        program.outputs().iter().for_each(|id| uses[id.index()] += 1);
        if self.strict {
            // Their text has each operand twice.
            let twice = nodes.iter().filter(|node| matches!(node, Node::Min(..) | Node::Max(..)));
            twice.flat_map(Node::operands).for_each(|id| uses[id.index()] += 1);
        }
        let parameters: Vec<String> = inputs.iter().map(|input| format!("{input}: Float")).collect();
        let result = match program.outputs().len() {
            1 => "Float".to_owned(),
            count => format!("array<Float, {count}>"),
        };
        let mut text = format!("fn {name}({}) -> {result} {{\n", parameters.join(", "));
        let mut terms: Vec<String> = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let term = self.term(node, inputs, |id| terms[id.index()].as_str());
            let named = match node {
                Node::Input(_) | Node::Literal(_) => false,
                _ => uses[index] > 1 || term.len() > INLINE,
            };
            if named {
                let _ = writeln!(text, "    let t{index} = {};", bare(&term));
                terms.push(format!("t{index}"));
            } else {
                terms.push(term);
            }
        }
        let outputs: Vec<&str> = program.outputs().iter().map(|id| bare(&terms[id.index()])).collect();
        let value =
            if outputs.len() == 1 { outputs[0].to_owned() } else { format!("{result}({})", outputs.join(", ")) };
        let _ = writeln!(text, "    return {value};\n}}");
        text
    }

    fn term<'a>(self, node: &Node, inputs: &[&str], at: impl Fn(NodeId) -> &'a str) -> String {
        match *node {
            Node::Input(n) => inputs[n as usize].to_owned(),
            Node::Literal(x) => self.literal(x),
            Node::Add(a, b) => format!("({} + {})", at(a), at(b)),
            Node::Sub(a, b) => format!("({} - {})", at(a), at(b)),
            Node::Mul(a, b) => format!("({} * {})", at(a), at(b)),
            Node::Div(a, b) => format!("({} / {})", at(a), at(b)),
            // The built-in functions may return either of two zeros; this is what `Real` says.
            Node::Min(a, b) if self.strict => format!("select({1}, {0}, {0} < {1})", at(a), at(b)),
            Node::Max(a, b) if self.strict => format!("select({1}, {0}, {0} > {1})", at(a), at(b)),
            Node::Min(a, b) => format!("min({}, {})", bare(at(a)), bare(at(b))),
            Node::Max(a, b) => format!("max({}, {})", bare(at(a)), bare(at(b))),
            Node::MulAdd(a, b, c) => self.mul_add(at(a), at(b), at(c)),
            Node::Neg(a) => format!("(-{})", at(a)),
            Node::Abs(a) => format!("abs({})", bare(at(a))),
            Node::Exp(a) => format!("exp_of({})", bare(at(a))),
            Node::ExpM1(a) => format!("exp_m1_of({})", bare(at(a))),
            Node::Select { less: (a, b), then, otherwise } => {
                format!("select({}, {}, {} < {})", bare(at(otherwise)), bare(at(then)), at(a), at(b))
            }
        }
    }
}

/// `text` without the parentheses around all of it.
fn bare(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    for c in inside.chars() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return text;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use huxley_model::expr::{Expr, record};
    use huxley_model::real::Real;

    use super::*;

    const SINGLE: Arithmetic = Arithmetic { double: false, strict: false };

    #[test]
    fn parentheses_are_taken_off_where_they_enclose_all() {
        assert_eq!(bare("(a + b)"), "a + b");
        assert_eq!(bare("(a + b) * (c + d)"), "(a + b) * (c + d)");
        assert_eq!(bare("(-1.0f)"), "-1.0f");
    }

    #[test]
    fn a_function_reads_as_it_was_written() {
        let program = record(2, |x: &[Expr]| vec![(x[0] - x[0].lit(0.1)).mul_add(x[1], x[1].lit(-2.0)).max(x[0])]);
        let text = SINGLE.function("f", &["a", "b"], &program);
        assert_eq!(text, "fn f(a: Float, b: Float) -> Float {\n    return max(fma(a - 0.1f, b, -2.0f), a);\n}\n");
        let strict = Arithmetic { double: true, strict: true }.function("f", &["a", "b"], &program);
        assert!(strict.contains("let t5 = (a - 0.1lf) * b + (-2.0lf);"), "{strict}");
        assert!(strict.contains("select(a, t5, t5 > a)"), "{strict}");
    }
}
