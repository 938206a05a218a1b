import type { Random } from './random.ts'

/** An input of the one shape that generated programs know, as JSON text. */
export function randomInput(random: Random): string {
  const number = (): number => random.pick([0, 1, 2, 3, 5, 7, 10, 42, -1, -20, 0.5, 2.25, 1000000])
  const string = (): string => random.pick(['a', 'b', 'abc', 'hello world', 'x/y/z', 'foo.bar', '', 'Über', '1.2.3', '10', 'a,b,c'])
  const list = <T>(item: () => T, max = 4): T[] => Array.from({ length: random.int(random.chance(0.15) ? 0 : 2, max) }, item)
  const item = (): unknown => ({ name: string(), size: number(), count: random.int(0, 9), tags: list(string), ok: random.chance(0.7) })
  return JSON.stringify({
    n: number(),
    m: number(),
    s: string(),
    t: string(),
    b: random.chance(0.7),
    z: null,
    nums: list(number),
    strs: list(string),
    obj: { a: number(), b: number(), ...(random.chance(0.5) ? { c: number() } : {}) },
    tags: { env: string(), ...(random.chance(0.5) ? { team: string() } : {}) },
    items: list(item),
    nested: { a: { b: { c: number(), d: list(string) } } },
    mixed: [string(), number(), list(number), null, { k: random.chance(0.5) }],
  })
}
