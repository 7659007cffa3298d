//! Expressions of LEMS (`rate * exp((v - midpoint)/scale)`), rewritten as huxley's.
//!
//! Names are replaced by what they stand for, so one text of `v` and numbers with units remains. Comparisons are `.lt.`, `.leq.`,
//! `.gt.`, `.geq.`, `.eq.`, `.neq.`, joined by `.and.` and `.or.`; they become `if(a < b, then, else)`.

/// Parentheses inside each other.
const DEEPEST: usize = 50;

/// Bytes of a rewritten text: names that stand for long texts, used often, multiply.
const LONGEST: usize = 20_000;

/// Binding strengths of a text's outermost operator.
const SUM: u8 = 1;
const PRODUCT: u8 = 2;
const POWER: u8 = 3;
const ATOM: u8 = 4;

/// A rewritten piece.
struct Piece {
    text: String,
    binds: u8,
}

impl Piece {
    /// The text, in parentheses where it binds less than `least`.
    fn at_least(self, least: u8) -> String {
        if self.binds < least { format!("({})", self.text) } else { self.text }
    }
}

/// A condition.
enum Condition {
    Compare(String, &'static str, String),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// What a name stands for, as text in huxley's language.
pub(super) type Names<'a> = dyn FnMut(&str) -> Result<String, String> + 'a;

/// `text` in huxley's language.
pub(super) fn value(text: &str, names: &mut Names<'_>) -> Result<String, String> {
    let mut parser = Parser { text, at: 0, depth: 0, names };
    let piece = parser.sum()?;
    parser.end()?;
    Ok(piece.text)
}

/// `if` on the condition `test`, between two texts in huxley's language.
pub(super) fn choice(test: &str, then: &str, otherwise: &str, names: &mut Names<'_>) -> Result<String, String> {
    let mut parser = Parser { text: test, at: 0, depth: 0, names };
    let condition = parser.either()?;
    parser.end()?;
    select(&condition, then, otherwise)
}

fn select(condition: &Condition, then: &str, otherwise: &str) -> Result<String, String> {
    let text = match condition {
        Condition::Compare(a, "==", b) => format!("if({a} < {b}, {otherwise}, if({b} < {a}, {otherwise}, {then}))"),
        Condition::Compare(a, "!=", b) => format!("if({a} < {b}, {then}, if({b} < {a}, {then}, {otherwise}))"),
        Condition::Compare(a, operator, b) => format!("if({a} {operator} {b}, {then}, {otherwise})"),
        Condition::And(a, b) => select(a, &select(b, then, otherwise)?, otherwise)?,
        Condition::Or(a, b) => select(a, then, &select(b, then, otherwise)?)?,
    };
    short(text)
}

fn short(text: String) -> Result<String, String> {
    if text.len() > LONGEST {
        return Err(format!("with its names written out it is longer than {LONGEST} characters"));
    }
    Ok(text)
}

struct Parser<'a, 'n> {
    text: &'a str,
    at: usize,
    depth: usize,
    names: &'a mut Names<'n>,
}

impl<'a> Parser<'a, '_> {
    fn rest(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start().len();
        self.at += blank;
        &rest[blank..]
    }

    fn take(&mut self, symbol: &str) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&mut self, wanted: &str) -> String {
        let rest: String = self.rest().chars().take(12).collect();
        if rest.is_empty() {
            format!("it ends where {wanted} is expected")
        } else {
            format!("`{rest}` stands where {wanted} is expected")
        }
    }

    fn end(&mut self) -> Result<(), String> {
        if self.rest().is_empty() { Ok(()) } else { Err(self.unexpected("an operator or the end")) }
    }

    fn either(&mut self) -> Result<Condition, String> {
        let mut left = self.both()?;
        while self.take(".or.") {
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Condition, String> {
        let mut left = self.comparison()?;
        while self.take(".and.") {
            left = Condition::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Condition, String> {
        // A parenthesis may hold a condition or a value: first as a value, then as the other.
        let begin = self.at;
        let as_values = self.values_compared();
        let Err(problem) = as_values else { return as_values };
        self.at = begin;
        if !self.take("(") {
            return Err(problem);
        }
        self.deeper()?;
        let inner = self.either().map_err(|_| problem)?;
        self.depth -= 1;
        self.expect(")")?;
        Ok(inner)
    }

    fn values_compared(&mut self) -> Result<Condition, String> {
        let left = self.sum()?.text;
        let words = [
            (".lt.", "<"),
            (".leq.", "<="),
            (".le.", "<="),
            (".gt.", ">"),
            (".geq.", ">="),
            (".ge.", ">="),
            (".eq.", "=="),
            (".neq.", "!="),
            (".ne.", "!="),
        ];
        let Some((_, operator)) = words.into_iter().find(|(word, _)| self.take(word)) else {
            return Err(self.unexpected("a comparison, as `.lt.`,"));
        };
        let right = self.sum()?.text;
        Ok(Condition::Compare(left, operator, right))
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(format!("it is nested more than {DEEPEST} deep")) } else { Ok(()) }
    }

    fn sum(&mut self) -> Result<Piece, String> {
        self.deeper()?;
        let mut left = self.product()?;
        loop {
            let symbol = match self.rest().chars().next() {
                Some('+') => "+",
                Some('-') => "-",
                _ => break,
            };
            self.take(symbol);
            let right = self.product()?.at_least(PRODUCT);
            left = Piece { text: short(format!("{} {symbol} {right}", left.text))?, binds: SUM };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn product(&mut self) -> Result<Piece, String> {
        let mut left = self.signed()?;
        loop {
            let symbol = match self.rest().chars().next() {
                Some('*') => "*",
                Some('/') => "/",
                _ => break,
            };
            self.take(symbol);
            let right = self.signed()?.at_least(POWER);
            left = Piece { text: short(format!("{} {symbol} {right}", left.at_least(PRODUCT)))?, binds: PRODUCT };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Piece, String> {
        self.deeper()?;
        let piece = if self.take("-") {
            // In parentheses wherever it is an operand, so that no two signs meet.
            Piece { text: short(format!("-{}", self.signed()?.at_least(POWER)))?, binds: SUM }
        } else if self.take("+") {
            self.signed()?
        } else {
            self.power()?
        };
        self.depth -= 1;
        Ok(piece)
    }

    fn power(&mut self) -> Result<Piece, String> {
        let base = self.atom()?;
        if !self.take("^") {
            return Ok(base);
        }
        let exponent = self.signed()?.at_least(ATOM);
        Ok(Piece { text: short(format!("{}^{exponent}", base.at_least(ATOM)))?, binds: POWER })
    }

    fn atom(&mut self) -> Result<Piece, String> {
        if self.take("(") {
            let inner = self.sum()?;
            self.expect(")")?;
            return Ok(Piece { text: format!("({})", inner.text), binds: ATOM });
        }
        let rest = self.rest();
        if rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let length = super::units::number_length(rest);
            // In `2.gt.v` the point belongs to the comparison.
            let length = if rest[..length].ends_with('.') && rest[length..].starts_with(char::is_alphabetic) {
                length - 1
            } else {
                length
            };
            let number = &rest[..length];
            if number.parse::<f64>().is_err() {
                return Err(self.unexpected("a number"));
            }
            self.at += length;
            return Ok(Piece { text: number.to_owned(), binds: ATOM });
        }
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 {
            return Err(self.unexpected("a value"));
        }
        let name = &rest[..length];
        self.at += length;
        if self.take("(") {
            return self.call(name);
        }
        let text = (self.names)(name)?;
        short(text).map(|text| Piece { text: format!("({text})"), binds: ATOM })
    }

    fn call(&mut self, name: &str) -> Result<Piece, String> {
        let x = self.sum()?.text;
        self.expect(")")?;
        let text = match name {
            "exp" | "tanh" | "cosh" | "abs" | "sqrt" | "ln" => format!("{name}({x})"),
            "log" => format!("ln({x})"),
            "sinh" => format!("((exp({x}) - exp(-({x}))) * 0.5)"),
            // 1 from 0 on.
            "H" => format!("if({x} < 0, 0, 1)"),
            _ => return Err(format!("the function `{name}` has no counterpart")),
        };
        Ok(Piece { text: short(text)?, binds: ATOM })
    }
}

#[cfg(test)]
mod tests {
    use huxley_model::expression::{Expression, Variables};

    use super::*;

    fn at(text: &str, v: f64) -> f64 {
        let mut names = |name: &str| match name {
            "v" => Ok("v".to_owned()),
            "a" => Ok("2".to_owned()),
            "m" => Ok("-3".to_owned()),
            _ => Err(format!("no `{name}`")),
        };
        let text = value(text, &mut names).expect("parses");
        Expression::parse(&text).expect("is huxley's").evaluate(&Variables { v, ca: 0.0, celsius: 20.0 })
    }

    #[test]
    fn operators_bind_as_in_lems() {
        assert_eq!(at("1 + 2*3 - 4/2", 0.0), 5.0);
        assert_eq!(at("10 - 3 - 2", 0.0), 5.0);
        assert_eq!(at("16/4/2", 0.0), 2.0);
        assert_eq!(at("16/(4/2)", 0.0), 8.0);
        assert_eq!(at("2 - (3 - 4)", 0.0), 3.0);
        assert_eq!(at("-v^2", 3.0), -9.0);
        assert_eq!(at("2 - -3", 0.0), 5.0);
        assert_eq!(at("2 * -3", 0.0), -6.0);
        assert_eq!(at("v^3 * a", 2.0), 16.0);
        assert_eq!(at("v - m", 1.0), 4.0);
        assert_eq!(at("v / m", 6.0), -2.0);
        assert_eq!(at("a^-1", 0.0), 0.5);
        assert_eq!(at("-exp(-(v))", 0.0), -1.0);
        assert_eq!(at("sinh(v)", 1.5), 1.5_f64.sinh());
        assert_eq!((at("H(v)", -1.0), at("H(v)", 0.0), at("H(v)", 1.0)), (0.0, 1.0, 1.0));
    }

    #[test]
    fn conditions_choose() {
        let at = |test: &str, v: f64| {
            let mut names = |name: &str| Ok(name.to_owned());
            let text = choice(test, "1", "0", &mut names).expect(test);
            let parsed = Expression::parse(&text).expect("is huxley's");
            parsed.evaluate::<f64>(&Variables { v, ca: 0.0, celsius: 20.0 }) == 1.0
        };
        for v in [-2.0, -1.0, 0.0, 1.0, 2.0] {
            assert_eq!(at("v .lt. 1", v), v < 1.0);
            assert_eq!(at("v .leq. 1", v), v <= 1.0);
            assert_eq!(at("v .gt. 1", v), v > 1.0);
            assert_eq!(at("v .geq. 1", v), v >= 1.0);
            assert_eq!(at("v .eq. 1", v), v == 1.0);
            assert_eq!(at("v .neq. 1", v), v != 1.0);
            assert_eq!(at("1.lt.v", v), 1.0 < v);
            assert_eq!(at("v .gt. -1 .and. v .lt. 1", v), v > -1.0 && v < 1.0);
            assert_eq!(at("v .lt. -1 .or. v .gt. 1", v), !(-1.0..=1.0).contains(&v));
            assert_eq!(at("((v + 1) .lt. 1) .or. (v .gt. 1 .and. v .lt. 3)", v), v < 0.0 || (v > 1.0 && v < 3.0));
        }
    }

    #[test]
    fn what_is_no_expression_is_said() {
        let refused = |text: &str, words: &str| {
            let problem = value(text, &mut |name: &str| Err(format!("no `{name}`"))).expect_err(text);
            assert!(problem.contains(words), "{text}: {problem}");
        };
        refused("", "it ends");
        refused("1 +", "it ends");
        refused("1 2", "`2` stands where");
        refused("random(1)", "`random` has no counterpart");
        refused("x", "no `x`");
        refused(&"(".repeat(100_000), "nested");
        refused(&"-".repeat(100_000), "nested");
        assert!(choice("1", "1", "0", &mut |_: &str| Ok(String::new())).is_err());
        assert!(choice(&"(".repeat(100_000), "1", "0", &mut |_: &str| Ok(String::new())).is_err());
    }
}
