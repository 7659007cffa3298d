//! Text to syntax tree, by precedence climbing (Pratt 1973), with constants folded and dimensions carried along.

use super::token::{Spanned, Token, tokens};
use super::{Dimension, ExpressionError, Function, Node, Variables};

/// Names and what they stand for.
const VARIABLES: [(&str, Node, Dimension); 3] = [
    ("v", Node::V, Dimension::POTENTIAL),
    ("ca", Node::Calcium, Dimension::CONCENTRATION),
    ("celsius", Node::Celsius, Dimension::TEMPERATURE),
];

/// Functions of one dimensionless argument (`abs` keeps the argument's dimension).
const FUNCTIONS: [(&str, Function); 6] = [
    ("exp", Function::Exp),
    ("exprelr", Function::Exprelr),
    ("tanh", Function::Tanh),
    ("cosh", Function::Cosh),
    ("sigmoid", Function::Sigmoid),
    ("abs", Function::Abs),
];

/// Parentheses, calls and signs inside each other: the parser is recursive, and a user's text must not exhaust the stack.
const DEEPEST: usize = 100;

/// Words: a tree is as deep as its longest sum, and is evaluated recursively.
const LONGEST: usize = 2000;

/// Largest exponent of a power, which is as many multiplications.
const LARGEST_POWER: f64 = 32.0;

/// Binding strengths.
const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const SIGN: u8 = 3;

pub(super) fn parse(text: &str) -> Result<(Node, Option<Dimension>), ExpressionError> {
    let fail = |column, message: String| ExpressionError { text: text.to_owned(), column, message, hint: None };
    let words = tokens(text).map_err(|(column, piece)| {
        fail(column, format!("`{piece}` is neither a number, a name, nor one of + - * / ^ ( ) , < <= > >="))
    })?;
    if words.len() > LONGEST {
        return Err(fail(words[LONGEST].column, format!("more than {LONGEST} words")));
    }
    let mut parser = Parser { text, words, next: 0, depth: 0, units: false, mismatch: None };
    let result = parser.expression(0)?;
    let end = parser.peek();
    if end.token != Token::End {
        let hint = match end.token {
            Token::Number(_) | Token::Name(_) | Token::Symbol("(") => Some("write `*` to multiply".to_owned()),
            Token::Symbol("<" | ">" | "<=" | ">=") => Some("write a comparison as `if(a < b, then, else)`".to_owned()),
            _ => None,
        };
        return Err(parser.unexpected(end, "an operator or the end", hint));
    }
    match (parser.units, parser.mismatch.take()) {
        (true, Some(error)) => Err(error),
        (true, None) => Ok((result.node, Some(result.dimension))),
        (false, _) => Ok((result.node, None)),
    }
}

/// A piece with its dimension.
struct Part {
    node: Node,
    dimension: Dimension,
    column: usize,
}

impl Part {
    fn constant(&self) -> Option<f64> {
        match self.node {
            Node::Number(x) => Some(x),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    words: Vec<Spanned<'a>>,
    next: usize,
    depth: usize,
    /// Whether a unit was written.
    units: bool,
    /// The first disagreement of dimensions; counts only when a unit is written, perhaps further right.
    mismatch: Option<ExpressionError>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Spanned<'a> {
        self.words[self.next]
    }

    fn take(&mut self) -> Spanned<'a> {
        let word = self.peek();
        self.next = (self.next + 1).min(self.words.len() - 1);
        word
    }

    fn take_if(&mut self, symbol: &str) -> bool {
        let found = self.peek().token == Token::Symbol(symbol);
        if found {
            self.take();
        }
        found
    }

    fn error(&self, column: usize, message: String, hint: Option<String>) -> ExpressionError {
        ExpressionError { text: self.text.to_owned(), column, message, hint }
    }

    fn unexpected(&self, word: Spanned<'_>, allowed: &str, hint: Option<String>) -> ExpressionError {
        let found = if word.token == Token::End { "the end".to_owned() } else { format!("`{}`", word.text) };
        self.error(word.column, format!("found {found} where {allowed} is expected"), hint)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<(), ExpressionError> {
        let word = self.peek();
        if self.take_if(symbol) { Ok(()) } else { Err(self.unexpected(word, &format!("`{symbol}`"), None)) }
    }

    /// Everything that binds tighter than `weakest`.
    fn expression(&mut self, weakest: u8) -> Result<Part, ExpressionError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(self.peek().column, format!("nested more than {DEEPEST} deep"), None));
        }
        let mut left = self.operand()?;
        loop {
            let word = self.peek();
            let Token::Symbol(symbol) = word.token else { break };
            let strength = match symbol {
                "+" | "-" => SUM,
                "*" | "/" => PRODUCT,
                _ => break,
            };
            if strength <= weakest {
                break;
            }
            self.take();
            let right = self.expression(strength)?;
            left = self.join(symbol, word.column, left, right)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn join(&mut self, symbol: &str, column: usize, left: Part, right: Part) -> Result<Part, ExpressionError> {
        let dimension = match symbol {
            "*" => left.dimension.times(right.dimension),
            "/" => left.dimension.per(right.dimension),
            _ => {
                self.agree(column, &format!("`{symbol}`"), left.dimension, right.dimension);
                left.dimension
            }
        };
        let constant = left.constant().is_some() && right.constant().is_some();
        let (a, b) = (Box::new(left.node), Box::new(right.node));
        let node = match symbol {
            "+" => Node::Add(a, b),
            "-" => Node::Sub(a, b),
            "*" => Node::Mul(a, b),
            _ => Node::Div(a, b),
        };
        self.folded(node, constant, dimension, left.column, column)
    }

    /// `node`, or its value when its operands are `constant`; `at` is the column an infinite one is reported at.
    fn folded(
        &self,
        node: Node,
        constant: bool,
        dimension: Dimension,
        column: usize,
        at: usize,
    ) -> Result<Part, ExpressionError> {
        let node = if constant {
            self.finite(node.evaluate(&Variables { v: f64::NAN, ca: f64::NAN, celsius: f64::NAN }), at)?
        } else {
            node
        };
        Ok(Part { node, dimension, column })
    }

    fn finite(&self, x: f64, column: usize) -> Result<Node, ExpressionError> {
        if x.is_finite() {
            Ok(Node::Number(x))
        } else {
            Err(self.error(column, "this operation on constants has no finite value".to_owned(), None))
        }
    }

    fn agree(&mut self, column: usize, what: &str, left: Dimension, right: Dimension) {
        if left != right && self.mismatch.is_none() {
            let hint = (left == Dimension::NONE || right == Dimension::NONE).then(|| {
                "give every quantity its unit (40 mV, 5 ms, 0.1 /ms, 10 degC), or none at all for plain mV and ms"
                    .to_owned()
            });
            self.mismatch = Some(self.error(column, format!("{what} joins {left} and {right}"), hint));
        }
    }

    fn dimensionless(&mut self, what: &str, part: &Part) {
        if part.dimension != Dimension::NONE && self.mismatch.is_none() {
            let message = format!("{what} takes a plain number, found {}", part.dimension);
            let hint = Some("divide by a quantity with the same unit: `exp((v + 65 mV) / 18 mV)`".to_owned());
            self.mismatch = Some(self.error(part.column, message, hint));
        }
    }

    /// A signed or unsigned operand with its power.
    fn operand(&mut self) -> Result<Part, ExpressionError> {
        let word = self.peek();
        if self.take_if("-") {
            let inner = self.expression(SIGN)?;
            let constant = inner.constant().is_some();
            return self.folded(Node::Neg(Box::new(inner.node)), constant, inner.dimension, word.column, word.column);
        }
        let base = self.primary()?;
        let caret = self.peek();
        if !self.take_if("^") {
            return Ok(base);
        }
        // Right to left, and tighter than a sign on its left: -x^2 is -(x^2), 2^-1 is one half.
        let exponent = self.expression(SIGN)?;
        self.dimensionless("an exponent", &exponent);
        self.raise(base, exponent, caret.column)
    }

    fn raise(&mut self, base: Part, exponent: Part, column: usize) -> Result<Part, ExpressionError> {
        let at = base.column;
        match (base.constant(), exponent.constant()) {
            (Some(x), Some(n)) => {
                #[allow(clippy::cast_possible_truncation)]
                let dimension = if n.fract() == 0.0 { base.dimension.to_the(n as i32) } else { Dimension::NONE };
                if n.fract() != 0.0 {
                    self.dimensionless("a power that is not whole", &base);
                }
                Ok(Part { node: self.finite(x.powf(n), column)?, dimension, column: at })
            }
            (Some(x), None) if x > 0.0 => {
                self.dimensionless("a power that is not whole", &base);
                let exponent = Node::Mul(Box::new(exponent.node), Box::new(Node::Number(x.ln())));
                let node = Node::Call(Function::Exp, Box::new(exponent));
                Ok(Part { node, dimension: Dimension::NONE, column: at })
            }
            (None, Some(n)) if n.fract() == 0.0 && n.abs() <= LARGEST_POWER => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let (dimension, magnitude) = (base.dimension.to_the(n as i32), n.abs() as u32);
                let power = match magnitude {
                    0 => Node::Number(1.0),
                    _ => Node::Power(Box::new(base.node), magnitude),
                };
                let node =
                    if n < 0.0 { Node::Div(Box::new(Node::Number(1.0)), Box::new(power)) } else { power };
                Ok(Part { node, dimension, column: at })
            }
            _ => Err(self.error(
                column,
                format!("`^` takes a whole exponent from -{LARGEST_POWER} to {LARGEST_POWER}, or a positive constant as its base"),
                Some("write other powers with `exp`".to_owned()),
            )),
        }
    }

    /// A number with or without unit, a name, a call, or something in parentheses.
    fn primary(&mut self) -> Result<Part, ExpressionError> {
        let word = self.take();
        let column = word.column;
        match word.token {
            Token::Number(x) => {
                let node = self.finite(x, column)?;
                let dimension = self.unit()?.unwrap_or(Dimension::NONE);
                Ok(Part { node, dimension, column })
            }
            Token::Symbol("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(Part { column, ..inner })
            }
            Token::Name(name) => {
                if let Some((_, node, dimension)) = VARIABLES.into_iter().find(|(n, ..)| *n == name) {
                    Ok(Part { node, dimension, column })
                } else if let Some(&(_, dimension)) = Dimension::UNITS.iter().find(|(n, _)| *n == name) {
                    // A unit on its own: the `ms` of `0.1 /ms`.
                    self.units = true;
                    Ok(Part { node: Node::Number(1.0), dimension, column })
                } else {
                    self.call(word, name)
                }
            }
            Token::Symbol(_) | Token::End => {
                let hint = (word.text == "+").then(|| "leave the sign out".to_owned());
                Err(self.unexpected(word, "a number, a name, `-` or `(`", hint))
            }
        }
    }

    /// The unit after a number.
    fn unit(&mut self) -> Result<Option<Dimension>, ExpressionError> {
        let Token::Name(name) = self.peek().token else { return Ok(None) };
        let Some(&(_, dimension)) = Dimension::UNITS.iter().find(|(n, _)| *n == name) else {
            let hint = if VARIABLES.iter().any(|(n, ..)| *n == name) || is_function(name) {
                "write `*` to multiply"
            } else {
                "units are mV, ms, degC, uM"
            };
            return Err(self.unexpected(self.peek(), "an operator or a unit", Some(hint.to_owned())));
        };
        self.take();
        self.units = true;
        // `ms^-1`, but not `3 mV^2`'s number: the power belongs to the unit.
        if !self.take_if("^") {
            return Ok(Some(dimension));
        }
        let negative = self.take_if("-");
        let word = self.take();
        match word.token {
            #[allow(clippy::cast_possible_truncation)]
            Token::Number(n) if n.fract() == 0.0 && n <= LARGEST_POWER => {
                Ok(Some(dimension.to_the(if negative { -(n as i32) } else { n as i32 })))
            }
            _ => Err(self.unexpected(word, "a whole exponent", None)),
        }
    }

    fn call(&mut self, word: Spanned<'_>, name: &str) -> Result<Part, ExpressionError> {
        if !is_function(name) {
            return Err(self.unknown(word, name));
        }
        let open = self.peek();
        if !self.take_if("(") {
            return Err(self.unexpected(open, "`(`", Some(format!("`{name}` is a function"))));
        }
        let part = match name {
            "if" => self.conditional(word.column)?,
            "min" | "max" => {
                let a = self.expression(0)?;
                self.expect(",")?;
                let b = self.expression(0)?;
                self.agree(word.column, &format!("`{name}`"), a.dimension, b.dimension);
                let constant = a.constant().is_some() && b.constant().is_some();
                let (left, right) = (Box::new(a.node), Box::new(b.node));
                let node = if name == "min" { Node::Min(left, right) } else { Node::Max(left, right) };
                self.folded(node, constant, a.dimension, word.column, word.column)?
            }
            "ln" | "sqrt" => {
                let argument = self.expression(0)?;
                self.dimensionless(&format!("`{name}`"), &argument);
                let Some(x) = argument.constant() else {
                    let message = format!("`{name}` takes a constant only");
                    return Err(self.error(argument.column, message, None));
                };
                let node = self.finite(if name == "ln" { x.ln() } else { x.sqrt() }, word.column)?;
                Part { node, dimension: Dimension::NONE, column: word.column }
            }
            _ => {
                let argument = self.expression(0)?;
                let function = FUNCTIONS.iter().find(|(n, _)| *n == name).map_or(Function::Abs, |(_, f)| *f);
                let dimension = if function == Function::Abs {
                    argument.dimension
                } else {
                    self.dimensionless(&format!("`{name}`"), &argument);
                    Dimension::NONE
                };
                let constant = argument.constant().is_some();
                let node = Node::Call(function, Box::new(argument.node));
                self.folded(node, constant, dimension, word.column, word.column)?
            }
        };
        self.expect(")")?;
        Ok(part)
    }

    /// `a < b, then, otherwise`, after `if(`. There is one comparison, `<`; the others swap its sides or the branches.
    fn conditional(&mut self, column: usize) -> Result<Part, ExpressionError> {
        let left = self.expression(0)?;
        let word = self.take();
        let Token::Symbol(symbol @ ("<" | ">" | "<=" | ">=")) = word.token else {
            return Err(self.unexpected(word, "`<`, `<=`, `>` or `>=`", Some("`if(v < -40, then, else)`".to_owned())));
        };
        let right = self.expression(0)?;
        self.agree(word.column, &format!("`{symbol}`"), left.dimension, right.dimension);
        self.expect(",")?;
        let then = self.expression(0)?;
        self.expect(",")?;
        let otherwise = self.expression(0)?;
        self.agree(column, "`if`", then.dimension, otherwise.dimension);
        let dimension = then.dimension;
        let (a, b) = if matches!(symbol, "<" | ">=") { (left, right) } else { (right, left) };
        let (yes, no) = if matches!(symbol, "<" | ">") { (then, otherwise) } else { (otherwise, then) };
        let constant = [&a, &b, &yes, &no].iter().all(|part| part.constant().is_some());
        self.folded(Node::If(Box::new([a.node, b.node, yes.node, no.node])), constant, dimension, column, column)
    }

    fn unknown(&self, word: Spanned<'_>, name: &str) -> ExpressionError {
        let hint = known_names()
            .find(|known| known.eq_ignore_ascii_case(name))
            .map(|known| format!("names are case sensitive: `{known}`"))
            .or_else(|| match name {
                "expm1" | "exp_m1" | "vtrap" | "linoid" | "exprel" => Some("`exprelr(x)` is x / (e^x - 1)".to_owned()),
                "log" => Some("`ln` of a constant".to_owned()),
                "pow" => Some("write `x^n`".to_owned()),
                "e" => Some("write `exp(x)`".to_owned()),
                _ => None,
            });
        let known: Vec<&str> = known_names().collect();
        self.error(word.column, format!("unknown name `{name}`; known are {}", known.join(", ")), hint)
    }
}

fn is_function(name: &str) -> bool {
    matches!(name, "if" | "min" | "max" | "ln" | "sqrt") || FUNCTIONS.iter().any(|(n, _)| *n == name)
}

fn known_names() -> impl Iterator<Item = &'static str> {
    let variables = VARIABLES.into_iter().map(|(name, ..)| name);
    let functions = FUNCTIONS.into_iter().map(|(name, _)| name);
    let units = Dimension::UNITS.into_iter().map(|(name, _)| name);
    variables.chain(functions).chain(["min", "max", "if", "ln", "sqrt"]).chain(units)
}
