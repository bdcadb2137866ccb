//! What a core module costs before any code of it runs: counted from its sections, none of which is believed.

use wasmparser::{
    BinaryReaderError, ConstExpr, Data, DataKind, Element, ElementItems, ElementKind, Global, Operator, Payload, Table, TableInit, TypeRef,
};

type Read<T> = Result<T, BinaryReaderError>;

/// What wasmtime keeps of an instance whatever its module holds, in bytes.
const INSTANCE: u64 = 512;
/// What it keeps of one item, in bytes: a definition or import of a memory, table, global or function, at most.
const ITEM: u64 = 64;
const IMPORT: u64 = 32;
const FUNCTION: u64 = 40;
const VALUE: u64 = 16;
/// Elements and segments that are set when a module starts become code of one function. In bytes of a function that takes
/// as long to compile: 10,000 elements took 1.1 s, 2,500 segments 1.5 s, 240,000 bytes of code 0.8 s.
const ELEMENT_CODE: u64 = 32;
const SEGMENT_CODE: u64 = 256;
/// Elements up to which wasmtime makes an image of a table, 4 bytes each.
const TABLE_IMAGE: u64 = 1 << 20;
/// Bytes up to which it makes an image of a memory, however few of them are given.
const SPARSE_IMAGE: u64 = 16 << 20;
/// Memories or tables of a module that are looked at; wasmtime takes a hundred.
const FEW: usize = 1_000;
/// Smallest page of a memory of which it makes an image, in bytes.
const PAGE: u64 = 64 << 10;

/// What is counted of one module.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Functions with a body.
    pub(super) functions: u64,
    /// Bytes of the largest function: the one that starts the module, which wasmtime makes of its constant expressions,
    /// counts as one.
    pub(super) largest: u64,
    /// Types, imports, exports, globals, elements, segments and the like; each is kept while it is compiled.
    pub(super) declarations: u64,
    /// What the host keeps of one instance, in bytes.
    pub(super) instance_bytes: u64,
    /// The images of its memories, in bytes.
    pub(super) image_bytes: u64,
    /// What an instantiation resolves.
    pub(super) imports: u64,
}

/// Reads one module section by section.
#[derive(Default)]
pub(super) struct Reader {
    module: Module,
    /// Bytes of the function that starts it.
    start: u64,
    memories: Vec<Memory>,
    imported_memories: usize,
    imported_tables: usize,
    /// Whether wasmtime makes an image of what the segments say, rather than code.
    data: Static,
    elements: Static,
    /// Of each table, the elements of its image.
    tables: Vec<u64>,
}

/// Segments that code must apply if one of them cannot stand in an image.
#[derive(Default)]
struct Static {
    code: u64,
    broken: bool,
}

/// What of a memory the segments fill.
struct Memory {
    bytes: u64,
    page: u64,
    filled: u64,
    low: u64,
    high: u64,
}

impl Reader {
    pub(super) fn section(&mut self, payload: Payload<'_>) -> Read<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    self.module.declarations += group?.types().len() as u64;
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import(&import?.ty);
                }
            }
            Payload::TableSection(section) => section.into_iter().try_for_each(|table| table.map(|table| self.table(&table)))?,
            Payload::MemorySection(section) => section.into_iter().try_for_each(|memory| memory.map(|memory| self.memory(&memory)))?,
            Payload::TagSection(section) => self.items(u64::from(section.count())),
            Payload::GlobalSection(section) => section.into_iter().try_for_each(|global| global.map(|global| self.global(&global)))?,
            Payload::ExportSection(section) => self.module.declarations += u64::from(section.count()),
            Payload::ElementSection(section) => section.into_iter().try_for_each(|element| self.element(&element?))?,
            Payload::DataSection(section) => section.into_iter().try_for_each(|data| data.map(|data| self.data(&data)))?,
            Payload::FunctionSection(section) => self.module.functions += u64::from(section.count()),
            Payload::CodeSectionEntry(body) => self.module.largest = self.module.largest.max(body.range().len() as u64),
            _ => {}
        }
        Ok(())
    }

    /// What came of it, at its end.
    pub(super) fn finish(mut self) -> Module {
        let dense = self.memories.iter().all(Memory::dense);
        if self.data.broken || !dense {
            self.start += self.data.code;
        } else {
            self.module.image_bytes = self.memories.iter().map(Memory::extent).fold(0, u64::saturating_add);
        }
        self.start += if self.elements.broken { self.elements.code } else { 0 };
        let module = &mut self.module;
        module.declarations = self.tables.iter().fold(module.declarations, |sum, image| sum.saturating_add(*image));
        module.largest = module.largest.max(self.start);
        module.instance_bytes = module.instance_bytes.saturating_add(INSTANCE + FUNCTION * module.functions);
        self.module
    }

    fn import(&mut self, ty: &TypeRef) {
        self.module.imports += 1;
        self.module.declarations += 1;
        self.module.instance_bytes += IMPORT + FUNCTION;
        match ty {
            TypeRef::Memory(_) => {
                self.imported_memories += 1;
                keep(&mut self.memories, Memory::new(0, 0));
            }
            TypeRef::Table(_) => {
                self.imported_tables += 1;
                keep(&mut self.tables, 0);
            }
            _ => {}
        }
    }

    fn items(&mut self, count: u64) {
        self.module.declarations += count;
        self.module.instance_bytes += ITEM * count;
    }

    fn table(&mut self, table: &Table<'_>) {
        self.items(1);
        let image = if let TableInit::Expr(init) = &table.init {
            self.start += length(init);
            table.ty.initial.min(TABLE_IMAGE)
        } else {
            0
        };
        keep(&mut self.tables, image);
    }

    fn memory(&mut self, memory: &wasmparser::MemoryType) {
        self.items(1);
        let page = 1_u64.checked_shl(memory.page_size_log2.unwrap_or(16)).unwrap_or(u64::MAX);
        keep(&mut self.memories, Memory::new(memory.initial.saturating_mul(page), page));
    }

    fn global(&mut self, global: &Global<'_>) {
        self.module.declarations += 1;
        self.module.instance_bytes += VALUE;
        self.start += length(&global.init_expr);
    }

    fn element(&mut self, element: &Element<'_>) -> Read<()> {
        let (count, mut code, plain) = match &element.items {
            ElementItems::Functions(functions) => (u64::from(functions.count()), 0, true),
            ElementItems::Expressions(_, items) => {
                let mut code = 0;
                for item in items.clone() {
                    code += length(&item?);
                }
                (u64::from(items.count()), code, false)
            }
        };
        self.module.declarations += 1 + count;
        code += ELEMENT_CODE * count;
        match &element.kind {
            ElementKind::Passive => {
                self.module.instance_bytes += ITEM + VALUE * count;
                self.start += code;
            }
            ElementKind::Active { table_index, offset_expr } => {
                let table = table_index.unwrap_or(0) as usize;
                self.elements.code += SEGMENT_CODE + code + length(offset_expr);
                let top = constant(offset_expr).and_then(|offset| offset.checked_add(count)).filter(|top| *top <= TABLE_IMAGE);
                match (top, self.tables.get_mut(table)) {
                    (Some(top), Some(image)) if plain && table >= self.imported_tables => *image = top.max(*image),
                    _ => self.elements.broken = true,
                }
            }
            ElementKind::Declared => {}
        }
        Ok(())
    }

    fn data(&mut self, data: &Data<'_>) {
        self.module.declarations += 1;
        self.module.instance_bytes += VALUE;
        let DataKind::Active { memory_index, offset_expr } = &data.kind else { return };
        self.data.code += SEGMENT_CODE + length(offset_expr);
        let memory = *memory_index as usize;
        let own = if memory >= self.imported_memories { self.memories.get_mut(memory) } else { None };
        let filled = own.zip(constant(offset_expr)).is_some_and(|(memory, from)| memory.fill(from, data.data.len() as u64));
        self.data.broken |= !filled;
    }
}

impl Memory {
    const fn new(bytes: u64, page: u64) -> Self {
        Self { bytes, page, filled: 0, low: u64::MAX, high: 0 }
    }

    /// Whether so much at that place stands in its image.
    fn fill(&mut self, from: u64, count: u64) -> bool {
        let end = from.saturating_add(count);
        if end > self.bytes {
            return false;
        }
        if count > 0 {
            self.filled = self.filled.saturating_add(count);
            (self.low, self.high) = (self.low.min(from), self.high.max(end));
        }
        true
    }

    fn extent(&self) -> u64 {
        self.high.saturating_sub(self.low)
    }

    /// As wasmtime's `try_static_init` asks.
    fn dense(&self) -> bool {
        let small = self.extent() < self.filled.saturating_mul(2) || self.extent() < SPARSE_IMAGE;
        self.filled == 0 || (self.page >= PAGE && small)
    }
}

fn keep<T>(few: &mut Vec<T>, one: T) {
    if few.len() < FEW {
        few.push(one);
    }
}

fn length(expr: &ConstExpr<'_>) -> u64 {
    expr.get_binary_reader().bytes_remaining() as u64
}

/// The value of an expression that is a constant and nothing else.
fn constant(expr: &ConstExpr<'_>) -> Option<u64> {
    let mut operators = expr.get_operators_reader();
    let value = match operators.read().ok()? {
        Operator::I32Const { value } => u64::from(value.cast_unsigned()),
        Operator::I64Const { value } => value.cast_unsigned(),
        _ => return None,
    };
    matches!(operators.read().ok()?, Operator::End).then_some(value)
}
