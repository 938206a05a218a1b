import type { Options } from 'tsup'

/** How each package's JavaScript is built; `tsc -b` writes the declarations beside it. */
export function library(entry: readonly string[]): Options {
  return {
    entry: [...entry],
    format: ['esm'],
    target: 'es2023',
    platform: 'neutral',
    splitting: true,
    sourcemap: true,
    clean: false,
    dts: false,
    silent: true,
    external: [/^#/, /^node:/],
    // Deno and workers know Node's modules by this prefix alone
    removeNodeProtocol: false,
  }
}
