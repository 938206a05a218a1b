import { nameMatcher } from '@cilock/glob'
import { describe, expect, it } from 'vitest'

describe('nameMatcher', () => {
  it('takes names as they are and globs as patterns, whatever their letter case', () => {
    const matches = nameMatcher(['deploy_pin', 'ACME_*', 'A?'])
    const names = ['DEPLOY_PIN', 'Deploy_Pin', 'DEPLOY_PIN2', 'acme_', 'ACME_x', 'MY_ACME_x', 'ab', 'abc', '']
    expect(names.filter(matches)).toEqual(['DEPLOY_PIN', 'Deploy_Pin', 'acme_', 'ACME_x', 'ab'])
  })

  it('takes for a glob only what has one of the wildcards', () => {
    const matches = nameMatcher(['A?', '[B]'], { wildcards: '*' })
    expect(['A?', 'AB', '[B]', 'B'].filter(matches)).toEqual(['A?', '[B]'])
  })

  it('matches nothing without entries', () => {
    expect(nameMatcher([])('')).toBe(false)
  })

  it('refuses a pattern that is none', () => {
    expect(() => nameMatcher(['*[']) ).toThrow(expect.objectContaining({ code: 'ERR_GLOB_INVALID' }) as Error)
  })
})
