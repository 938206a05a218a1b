/** One setting of a git configuration, in the order of the file. Section and key in lower case, the subsection as it is. */
export interface GitSetting {
  readonly section: string
  readonly subsection: string | undefined
  readonly key: string
  readonly value: string
}

/**
 * Reads the text of a git configuration: sections, subsections in quotes, comments, escapes, lines that go on. Includes
 * are not followed, as in the Go tools. A line that is no setting is passed over.
 */
export function parseGitConfig(text: string): readonly GitSetting[] {
  const settings: GitSetting[] = []
  let section = ''
  let subsection: string | undefined
  for (const line of joinLines(text)) {
    const header = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line)
    if (header !== null) {
      section = (header[1] ?? '').toLowerCase()
      subsection = header[2]?.replaceAll(/\\(.)/g, '$1')
    }
    const setting = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*))?$/s.exec(line.slice(header?.[0].length ?? 0))
    if (setting !== null) settings.push({ section, subsection, key: (setting[1] ?? '').toLowerCase(), value: unquote(setting[2] ?? 'true') })
  }
  return settings
}

/** A backslash at the end of a line joins it to the next one. */
function joinLines(text: string): readonly string[] {
  const lines: string[] = []
  let open = ''
  for (const line of text.split(/\r?\n/)) {
    const continued = /(?:^|[^\\])(?:\\\\)*\\$/.test(line)
    open += continued ? line.slice(0, -1) : line
    if (continued) continue
    lines.push(open)
    open = ''
  }
  if (open !== '') lines.push(open)
  return lines
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', '"': '"', '\\': '\\' }

/** Takes quotes and escapes out of a value, and what follows an unquoted `#` or `;`. */
function unquote(raw: string): string {
  let value = ''
  let kept = 0
  let quoted = false
  for (let index = 0; index < raw.length; index++) {
    const character = raw[index] ?? ''
    if (character === '\\') {
      index += 1
      value += escapes[raw[index] ?? ''] ?? ''
      kept = value.length
    } else if (character === '"') {
      quoted = !quoted
      kept = value.length
    } else if (!quoted && (character === '#' || character === ';')) break
    else {
      value += character
      if (quoted || !/\s/.test(character)) kept = value.length
    }
  }
  return value.slice(0, kept)
}
