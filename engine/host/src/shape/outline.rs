//! The tree of a component: what it defines, and in what order, without its types and its code.

use wasmparser::{
    BinaryReaderError, CanonicalFunction, ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, ComponentType,
    ComponentTypeRef, Encoding, Instance, InstanceTypeDeclaration, Parser, Payload,
};

use super::module::{Module, Reader};

/// Definitions after which reading ends: many times more than are compiled, and little memory.
const READ_MAX: u64 = 1 << 20;
/// What a lowered function counts: it may become a function that takes values of one component apart for another.
const LOWERED: u64 = 64;

/// Why nothing was read.
#[derive(Debug)]
pub(super) enum Unread {
    Broken(BinaryReaderError),
    /// It does what no compiler does, and what cannot be counted before it is compiled.
    Odd(&'static str),
    /// It nests components so deep, at least.
    Deep(u64),
    /// It has so many definitions, at least.
    Long(u64),
}

impl From<BinaryReaderError> for Unread {
    fn from(error: BinaryReaderError) -> Self {
        Self::Broken(error)
    }
}

type Read<T> = Result<T, Unread>;

/// A component and those in it.
#[derive(Debug, Default)]
pub(super) struct Component<'a> {
    pub(super) modules: Vec<Module>,
    pub(super) components: Vec<Self>,
    /// What instantiates something or copies what an instance is made of, in order.
    pub(super) parts: Vec<Part<'a>>,
    /// All other definitions.
    pub(super) plain: u64,
    /// Items of the largest type of an instance.
    pub(super) widest: u64,
    /// What it exports beside instances.
    pub(super) exported: u64,
    pub(super) resources: u64,
}

/// A definition that costs what something else costs. Numbers are places in the index space of instances.
#[derive(Debug)]
pub(super) enum Part<'a> {
    Import(&'a str),
    /// A module is instantiated.
    Core(usize),
    Instantiate {
        component: usize,
        args: Vec<(&'a str, usize)>,
    },
    /// An instance made of what is there already.
    Bag(Vec<usize>),
    Alias(usize),
    Export(usize),
}

/// What the names and sizes of a component say.
#[derive(Debug, Default)]
pub(super) struct Outline<'a> {
    /// It is no component, but a core module.
    pub(super) core: bool,
    pub(super) imports: Vec<&'a str>,
    pub(super) exports: Vec<&'a str>,
    pub(super) root: Component<'a>,
    /// Components deep.
    pub(super) nesting: u64,
    /// Definitions and components, each once.
    pub(super) read: u64,
}

/// Reads `bytes`, down to components that are `deepest` deep.
pub(super) fn read(bytes: &[u8], deepest: u64) -> Read<Outline<'_>> {
    let mut reading = Reading { outline: Outline::default(), open: Vec::new(), module: None, deepest };
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding: Encoding::Module, .. } if reading.open.is_empty() => {
                return Ok(Outline { core: true, ..reading.outline });
            }
            Payload::Version { encoding, .. } => reading.begin(encoding)?,
            Payload::End(_) => reading.end(),
            payload => reading.section(payload)?,
        }
    }
    Ok(reading.outline)
}

/// What is read, and what is open around it.
struct Reading<'a> {
    outline: Outline<'a>,
    open: Vec<Component<'a>>,
    module: Option<Reader>,
    deepest: u64,
}

impl<'a> Reading<'a> {
    fn begin(&mut self, encoding: Encoding) -> Read<()> {
        if encoding == Encoding::Module {
            self.module = Some(Reader::default());
            return Ok(());
        }
        self.open.push(Component::default());
        self.outline.nesting = self.outline.nesting.max(self.open.len() as u64);
        if self.outline.nesting > self.deepest { Err(Unread::Deep(self.outline.nesting)) } else { Ok(()) }
    }

    fn end(&mut self) {
        if let Some(reader) = self.module.take() {
            if let Some(component) = self.open.last_mut() {
                component.modules.push(reader.finish());
            }
            return;
        }
        let Some(component) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(outer) => outer.components.push(component),
            None => self.outline.root = component,
        }
    }

    fn section(&mut self, payload: Payload<'a>) -> Read<()> {
        if let Some(reader) = &mut self.module {
            return Ok(reader.section(payload)?);
        }
        let claimed = self.outline.read + claimed(&payload);
        if claimed > READ_MAX {
            return Err(Unread::Long(claimed));
        }
        if self.open.len() == 1 {
            self.outline.named(&payload)?;
        }
        if let Some(component) = self.open.last_mut() {
            self.outline.read += component.section(payload)?;
        }
        Ok(())
    }
}

/// How many definitions a section says it has, before any of them is kept.
fn claimed(payload: &Payload<'_>) -> u64 {
    u64::from(match payload {
        Payload::InstanceSection(section) => section.count(),
        Payload::ComponentInstanceSection(section) => section.count(),
        Payload::ComponentAliasSection(section) => section.count(),
        Payload::ComponentTypeSection(section) => section.count(),
        Payload::ComponentCanonicalSection(section) => section.count(),
        Payload::ComponentImportSection(section) => section.count(),
        Payload::ComponentExportSection(section) => section.count(),
        _ => 0,
    })
}

impl<'a> Outline<'a> {
    fn named(&mut self, payload: &Payload<'a>) -> Read<()> {
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    self.imports.push(import?.name.name);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section.clone() {
                    self.exports.push(export?.name.name);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl<'a> Component<'a> {
    /// Adds a section, and says how many definitions it has.
    fn section(&mut self, payload: Payload<'a>) -> Read<u64> {
        let before = self.plain + self.parts.len() as u64;
        match payload {
            Payload::ComponentSection { .. } | Payload::ModuleSection { .. } | Payload::ComponentStartSection { .. } => self.plain += 1,
            Payload::CoreTypeSection(section) => self.plain += u64::from(section.count()),
            Payload::InstanceSection(section) => section.into_iter().try_for_each(|one| one.map(|one| self.core(&one)))?,
            Payload::ComponentInstanceSection(section) => section.into_iter().try_for_each(|one| self.instance(one?))?,
            Payload::ComponentAliasSection(section) => section.into_iter().try_for_each(|one| self.alias(&one?))?,
            Payload::ComponentTypeSection(section) => section.into_iter().try_for_each(|one| self.ty(&one?))?,
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    self.plain += if matches!(function?, CanonicalFunction::Lower { .. }) { LOWERED } else { 1 };
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import?;
                    self.import(import.name.name, import.ty)?;
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.export(export.kind, export.index)?;
                }
            }
            _ => {}
        }
        Ok(self.plain + self.parts.len() as u64 - before)
    }

    fn core(&mut self, instance: &Instance<'_>) {
        match instance {
            Instance::Instantiate { module_index, args } => {
                self.plain += args.len() as u64;
                self.parts.push(Part::Core(*module_index as usize));
            }
            Instance::FromExports(exports) => self.plain += 1 + exports.len() as u64,
        }
    }

    fn instance(&mut self, instance: ComponentInstance<'a>) -> Read<()> {
        let mut used = Vec::new();
        match instance {
            ComponentInstance::Instantiate { component_index, args } => {
                for arg in &args {
                    if whole(arg.kind) {
                        return Err(Unread::Odd("gives a component or a module to a component"));
                    }
                    if arg.kind == ComponentExternalKind::Instance {
                        used.push((arg.name, arg.index as usize));
                    }
                }
                self.plain += args.len() as u64;
                self.parts.push(Part::Instantiate { component: component_index as usize, args: used });
            }
            ComponentInstance::FromExports(exports) => {
                self.plain += exports.len() as u64;
                let instances = exports.iter().filter(|export| export.kind == ComponentExternalKind::Instance);
                let bag = instances.map(|export| export.index as usize).collect();
                if exports.iter().any(|export| whole(export.kind)) {
                    return Err(Unread::Odd("has an instance of components or modules"));
                }
                self.parts.push(Part::Bag(bag));
            }
        }
        Ok(())
    }

    fn alias(&mut self, alias: &ComponentAlias<'_>) -> Read<()> {
        match alias {
            ComponentAlias::InstanceExport { kind, .. } if whole(*kind) => {
                Err(Unread::Odd("takes a component or a module from an instance"))
            }
            ComponentAlias::Outer { kind: ComponentOuterAliasKind::Component | ComponentOuterAliasKind::CoreModule, .. } => {
                Err(Unread::Odd("takes a component or a module from around a component"))
            }
            ComponentAlias::InstanceExport { kind: ComponentExternalKind::Instance, instance_index, .. } => {
                self.parts.push(Part::Alias(*instance_index as usize));
                Ok(())
            }
            _ => {
                self.plain += 1;
                Ok(())
            }
        }
    }

    fn ty(&mut self, ty: &ComponentType<'_>) -> Read<()> {
        self.plain += 1;
        match ty {
            ComponentType::Resource { .. } => self.resources += 1,
            ComponentType::Component(_) => return Err(Unread::Odd("has a type of components")),
            ComponentType::Instance(declarations) => {
                let inside = |declaration: &InstanceTypeDeclaration<'_>| match declaration {
                    InstanceTypeDeclaration::Export { ty, .. } => matches!(ty, ComponentTypeRef::Instance(_)) || whole_type(*ty),
                    InstanceTypeDeclaration::Type(ty) => matches!(ty, ComponentType::Component(_) | ComponentType::Instance(_)),
                    _ => false,
                };
                if declarations.iter().any(inside) {
                    return Err(Unread::Odd("has a type of instances within instances"));
                }
                self.widest = self.widest.max(declarations.len() as u64);
                self.plain += declarations.len() as u64;
            }
            ComponentType::Defined(_) | ComponentType::Func(_) => {}
        }
        Ok(())
    }

    fn import(&mut self, name: &'a str, ty: ComponentTypeRef) -> Read<()> {
        match ty {
            ty if whole_type(ty) => return Err(Unread::Odd("imports a component or a module")),
            ComponentTypeRef::Instance(_) => self.parts.push(Part::Import(name)),
            _ => self.plain += 1,
        }
        Ok(())
    }

    fn export(&mut self, kind: ComponentExternalKind, index: u32) -> Read<()> {
        match kind {
            kind if whole(kind) => return Err(Unread::Odd("exports a component or a module")),
            ComponentExternalKind::Instance => self.parts.push(Part::Export(index as usize)),
            _ => {
                self.plain += 1;
                self.exported += 1;
            }
        }
        Ok(())
    }
}

/// What could be instantiated by whoever gets it, so that nobody could count how often that is.
const fn whole(kind: ComponentExternalKind) -> bool {
    matches!(kind, ComponentExternalKind::Component | ComponentExternalKind::Module)
}

const fn whole_type(ty: ComponentTypeRef) -> bool {
    matches!(ty, ComponentTypeRef::Component(_) | ComponentTypeRef::Module(_))
}
