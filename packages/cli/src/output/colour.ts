/** Colours on a terminal, plain text everywhere else. */
export interface Paint {
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
}

export function paintFor({ isTTY }: { readonly isTTY: boolean }): Paint {
  const wrap = (open: number, close: number) => (text: string) => (isTTY ? `\u001b[${open}m${text}\u001b[${close}m` : text)
  return { dim: wrap(2, 22), good: wrap(32, 39), bad: wrap(31, 39) }
}
