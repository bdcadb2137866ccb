//! How tangled the functions of a component are: what a compiler takes more than its share of time and memory over.
//!
//! Control flow is counted in points. A block counts its depth, and once each local of its function; a loop counts each
//! local sixteen times more, and once for every loop around it; values that cross a branch or come out of a call count one
//! each. With cranelift 0.135 ten million points take two to four seconds and up to 130 MB, whichever they are: blocks,
//! loops and branches in each other, or many locals over many loops.

use wasmparser::{BinaryReaderError, BlockType, CompositeInnerType, Encoding, FunctionBody, Operator, Parser, Payload, RecGroup, TypeRef};

type Read<T> = Result<T, BinaryReaderError>;

/// What a local counts for a loop, where it counts one for a block.
const LOOPED: u64 = 16;

/// Points of all functions of a component.
pub(super) fn points(bytes: &[u8]) -> Read<u64> {
    let (mut types, mut points, mut next) = (Types::default(), 0_u64, 0);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding: Encoding::Module, .. } => (types, next) = (Types::default(), 0),
            Payload::TypeSection(section) => section.into_iter().try_for_each(|group| group.map(|group| types.group(group)))?,
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import?.ty {
                        types.functions.push(ty);
                    }
                }
                next = types.functions.len();
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    types.functions.push(ty?);
                }
            }
            Payload::CodeSectionEntry(body) => {
                points = points.saturating_add(function(&types, next, &body)?);
                next += 1;
            }
            _ => {}
        }
    }
    Ok(points)
}

/// Parameters and results of what can be called.
#[derive(Default)]
struct Types {
    all: Vec<(u64, u64)>,
    functions: Vec<u32>,
}

impl Types {
    fn group(&mut self, group: RecGroup) {
        let counts = |ty: &CompositeInnerType| match ty {
            CompositeInnerType::Func(ty) => (ty.params().len() as u64, ty.results().len() as u64),
            _ => (0, 0),
        };
        self.all.extend(group.into_types().map(|ty| counts(&ty.composite_type.inner)));
    }

    fn of(&self, ty: u32) -> (u64, u64) {
        self.all.get(ty as usize).copied().unwrap_or_default()
    }

    fn of_block(&self, ty: BlockType) -> (u64, u64) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(ty) => self.of(ty),
        }
    }

    fn of_function(&self, function: usize) -> (u64, u64) {
        self.functions.get(function).map_or((0, 0), |ty| self.of(*ty))
    }
}

/// One function as far as it is read.
struct Function<'a> {
    types: &'a Types,
    locals: u64,
    /// Of the function and each open block, the values a branch to it carries, and whether it is a loop.
    open: Vec<(u64, bool)>,
    loops: u64,
    points: u64,
}

/// Points of the function of that number.
fn function(types: &Types, number: usize, body: &FunctionBody<'_>) -> Read<u64> {
    let (mut locals, results) = types.of_function(number);
    for local in body.get_locals_reader()? {
        locals = locals.saturating_add(u64::from(local?.0));
    }
    let mut function = Function { types, locals, open: vec![(results, false)], loops: 0, points: locals };
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        function.operator(&operators.read()?);
    }
    Ok(function.points)
}

impl Function<'_> {
    fn operator(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { blockty } | Operator::If { blockty } | Operator::Try { blockty } => self.enter(*blockty, false),
            Operator::TryTable { try_table } => self.enter(try_table.ty, false),
            Operator::Loop { blockty } => self.enter(*blockty, true),
            Operator::End => self.leave(),
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => self.branch(*relative_depth),
            Operator::BrTable { targets } => {
                self.branch(targets.default());
                // What cannot be read is refused by whoever compiles it.
                targets.targets().flatten().for_each(|target| self.branch(target));
            }
            Operator::Call { function_index } => self.add(self.types.of_function(*function_index as usize).1),
            Operator::CallIndirect { type_index, .. } | Operator::CallRef { type_index } => self.add(self.types.of(*type_index).1),
            _ => {}
        }
    }

    fn enter(&mut self, ty: BlockType, again: bool) {
        let (params, results) = self.types.of_block(ty);
        self.open.push((if again { params } else { results }, again));
        self.loops += u64::from(again);
        let live = self.locals.saturating_mul(if again { 1 + LOOPED + self.loops } else { 1 });
        self.add((self.open.len() as u64 + params + results).saturating_add(live));
    }

    fn leave(&mut self) {
        if let Some((_, again)) = self.open.pop() {
            self.loops -= u64::from(again);
        }
    }

    fn branch(&mut self, depth: u32) {
        let at = self.open.len().checked_sub(1 + depth as usize);
        self.add(1 + at.map_or(0, |at| self.open[at].0));
    }

    fn add(&mut self, points: u64) {
        self.points = self.points.saturating_add(points);
    }
}
