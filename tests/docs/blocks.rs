//! Commands in a document: fenced blocks of the language `console`, where a line that begins with `$ ` is a command, and the
//! lines after it are what it prints.

/// A fenced block.
pub(crate) struct Block {
    /// The line of its first command, from 1.
    pub(crate) line: usize,
    /// Whether its figures are of another machine or time: the fence says `console figures-vary`.
    pub(crate) figures_vary: bool,
    pub(crate) steps: Vec<Step>,
}

/// A command, and what stands below it.
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
}

/// The blocks of `text` that have commands.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let fence = line.trim_start();
        if !fence.starts_with("```") {
            continue;
        }
        let indent = line.len() - fence.len();
        let inside = lines.by_ref().map(|(_, line)| line.get(indent..).unwrap_or_default());
        let inside: Vec<_> = inside.take_while(|line| !line.starts_with("```")).collect();
        if let Some(attributes) = fence.strip_prefix("```console") {
            let figures_vary = attributes.trim() == "figures-vary";
            assert!(
                figures_vary || attributes.is_empty(),
                "line {}: unknown attribute `{attributes}`",
                number + 1
            );
            let steps = steps(&inside);
            assert!(!steps.is_empty(), "line {}: a console block without a command", number + 1);
            blocks.push(Block { line: number + 2, figures_vary, steps });
        }
    }
    blocks
}

fn steps(lines: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut continues = false;
    for line in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), output: Vec::new() });
        } else {
            let step = steps.last_mut().expect("a console block begins with a command");
            if continues {
                step.command = format!("{}\n{line}", step.command);
            } else {
                step.output.push((*line).to_owned());
            }
        }
        continues = line.ends_with('\\');
    }
    steps
}
