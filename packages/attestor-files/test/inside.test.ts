import { describe, expect, it } from 'vitest'
import { isInside } from '../src/inside.ts'

describe('isInside', () => {
  it.each([
    ['/', '/etc/passwd', '/'],
    ['/', '/', '/'],
    ['/a', '/a', '/'],
    ['/a', '/a/b', '/'],
    ['C:\\', 'C:\\Users', '\\'],
    ['C:\\Users', 'C:\\Users\\me', '\\'],
  ])('%s has %s', (directory, path, separator) => expect(isInside(directory, path, separator)).toBe(true))

  it.each([
    ['/a', '/', '/'],
    ['/a', '/ab', '/'],
    ['/a/b', '/a', '/'],
    ['C:\\Users', 'C:\\Users2', '\\'],
  ])('%s has not %s', (directory, path, separator) => expect(isInside(directory, path, separator)).toBe(false))
})
