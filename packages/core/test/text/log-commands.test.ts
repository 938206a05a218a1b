import { withoutLogCommands } from '@cilock/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** As the runner of GitHub Actions, the agent of Azure Pipelines and TeamCity look for them in a line. */
function holdsCommand(line: string): boolean {
  return line.trimStart().startsWith('::') || /##[a-z]*\[/i.test(line)
}

describe('text in the log of a build', () => {
  it.each([
    ['::error::no', '\\x3a:error::no'],
    ['a\n \t::stop-commands::x', 'a\n \t\\x3a:stop-commands::x'],
    ['\n\n::add-mask::x', '\n\n\\x3a:add-mask::x'],
    ['step ##[set-output name=a]b', 'step #\\x23[set-output name=a]b'],
    ['###[error]', '##\\x23[error]'],
    ['##[##[error]', '#\\x23[#\\x23[error]'],
    ['x ##VSO[task.setvariable variable=a]b', 'x #\\x23VSO[task.setvariable variable=a]b'],
    ["##teamcity[message text='a']", "#\\x23teamcity[message text='a']"],
  ])('%j is no command', (text, expected) => {
    expect(holdsCommand(text.split('\n').find(holdsCommand) ?? '')).toBe(true)
    expect(withoutLogCommands(text)).toBe(expected)
  })

  it('is none as JSON either, which reads back as the same', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('##', '[', 'vso', '::', '\\', '"', '\n'), { maxLength: 12 }), fc.constantFrom(undefined, 2), (pieces, indent) => {
        const said = { [pieces.join('')]: [pieces.toReversed().join('')] }
        const safe = withoutLogCommands(JSON.stringify(said, null, indent), 'json')
        expect(safe.split('\n').filter(holdsCommand)).toEqual([])
        expect(JSON.parse(safe)).toEqual(said)
      }),
      { numRuns: 500 },
    )
    expect(withoutLogCommands('["##vso[x]"]', 'json')).toBe('["#\\u0023vso[x]"]')
  })

  it.each(['std::string', 'a ::1', ': :', '## [x]', '# heading', '##', 'C#[]', 'sha256::x'])('%j stays', (text) => {
    expect(withoutLogCommands(text)).toBe(text)
  })

  it('holds no command, whatever it is, and one more pass changes nothing', () => {
    const pieces = fc.array(fc.constantFrom(':', '::', '#', '##', '[', ']', 'vso', 'error', ' ', '\t', '\n', '\r', '\u00a0', 'x', '\\x23'), { maxLength: 20 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.oneof(pieces, fc.string()), (text) => {
        const safe = withoutLogCommands(text)
        expect(safe.split(/\r\n|\r|\n/).filter(holdsCommand)).toEqual([])
        expect(withoutLogCommands(safe)).toBe(safe)
      }),
      { numRuns: 500 },
    )
  })
})
