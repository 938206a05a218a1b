import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as testing from '@cilock/testing'
import * as node from '@cilock/testing/node'
import * as x509 from '@cilock/testing/x509'
import { expect, it } from 'vitest'
import { root } from './code-blocks.ts'

it.each(Object.entries({ '@cilock/testing': testing, '@cilock/testing/node': node, '@cilock/testing/x509': x509 }))('the guide to testing names everything of %s', (_door, names) => {
  const page = readFileSync(join(root, 'docs/testing.md'), 'utf8')
  expect(Object.keys(names).filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([])
})
