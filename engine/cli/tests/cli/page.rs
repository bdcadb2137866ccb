//! A page of prose, files and commands, run and written down again.

use crate::shell::Shell;

/// Runs a page and returns it with what was seen.
pub fn replay(text: &str) -> String {
    let shell = Shell::new();
    let mut out = String::new();
    let mut lines = text.lines();
    let mut digest = String::new();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            match info.split_once("file=") {
                Some((_, name)) => out.push_str(&file(&shell, name, &block)),
                None if info == "console" => out.push_str(&commands(&shell, &block, &mut digest)),
                None => out.push_str(&joined(&block)),
            }
            out.push_str("```\n");
        }
    }
    out
}

fn joined(block: &[&str]) -> String {
    block.iter().map(|line| format!("{line}\n")).collect()
}

fn file(shell: &Shell, name: &str, block: &[&str]) -> String {
    let text = joined(block);
    shell.write(name, &text);
    text
}

fn commands(shell: &Shell, block: &[&str], digest: &mut String) -> String {
    let mut out = String::new();
    for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
        out.push_str(&format!("$ {command}\n"));
        out.push_str(&run(shell, command, digest));
    }
    out
}

fn run(shell: &Shell, command: &str, digest: &mut String) -> String {
    let mut words = words(command).iter().map(|word| filled(shell, word, digest)).collect::<Vec<_>>();
    assert!(!words.is_empty());
    let variables: Vec<(String, String)> = words
        .iter()
        .map_while(|word| word.split_once('=').filter(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_')))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    words.drain(..variables.len());
    let (program, arguments) = words.split_first().expect("a command");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if program == "cat" {
        return std::fs::read_to_string(shell.path().join(arguments[0])).expect("a file");
    }
    assert_eq!(program, "muster", "a session runs muster and cat");
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let output = shell.muster_with(&arguments, &variables);
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    if let Some(found) = last_digest(&stdout) {
        *digest = found;
    }
    let code = output.status.code().expect("an exit code");
    let exit = if code == 0 { String::new() } else { format!("[exit {code}]\n") };
    let told: String = stderr.lines().map(|line| format!("! {line}").trim_end().to_owned() + "\n").collect();
    let shown: String = stdout.lines().map(|line| format!("{line}\n")).collect();
    // A page is the same whatever features a build has.
    let mut page = format!("{shown}{told}{exit}").replace(", sandbox only\n", ", [FEATURES]\n");
    for features in ["aws", "rules", "aws, rules"] {
        page = page.replace(&format!("e, {features}\n"), "e, [FEATURES]\n");
    }
    page.replace(&shell.path().display().to_string(), "[DIR]")
}

/// The words of a command; what stands in single quotes is one.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// `{id:user/alice/instance}` and `{digest}` filled in.
fn filled(shell: &Shell, word: &str, digest: &str) -> String {
    let word = word.replace("{digest}", digest);
    match word.split_once("{id:").and_then(|(before, rest)| rest.split_once('}').map(|(address, after)| (before, address, after))) {
        Some((before, address, after)) => format!("{before}{}{after}", shell.id(address)),
        None => word,
    }
}

/// The last digest that stands behind `--expect`.
fn last_digest(text: &str) -> Option<String> {
    let (_, rest) = text.rsplit_once("--expect ")?;
    Some(rest.split_whitespace().next()?.to_owned())
}
