/** What a page of a report is in a window of one width. */
export interface SeenPage {
  readonly name: string
  readonly width: number
  /** By how many pixels the page is wider than its window. */
  readonly overflow: number
  /** What it asked the network for. */
  readonly loaded: readonly string[]
  /** Boxes of the graph: the name that a reader is told, and the state that colours it. */
  readonly boxes: readonly { readonly name: string; readonly state: string; readonly leadsTo: string; readonly isSeen: boolean }[]
  /** Pairs of boxes that cover each other. */
  readonly overlaps: number
  /** Texts of the graph that leave its picture. */
  readonly cut: readonly string[]
  /** Elements that only a text taken for markup would bring. */
  readonly foreign: readonly string[]
  /** How many folded parts there are, and how many show more when they are opened. */
  readonly folds: readonly [all: number, opening: number]
  /** Text that has the colour of what is behind it. */
  readonly unreadable: number
}

export interface HtmlReport {
  readonly seen: readonly SeenPage[]
  /** Set by scripts that evidence brought. */
  readonly ran: boolean
  readonly error?: string
}

const widths = [1280, 390]
const expected = new Set('html head meta title style body main h1 h2 h3 p code span section div svg g path text a rect circle strong ul li dl dt dd details summary table tbody tr td'.split(' '))

declare global {
  var ranHostile: boolean | undefined
}

async function open(markup: string, width: number): Promise<Document> {
  const frame = document.createElement('iframe')
  frame.style.cssText = `width:${width}px;height:900px;border:0`
  const loaded = new Promise((resolve) => {
    frame.addEventListener('load', resolve, { once: true })
  })
  frame.srcdoc = markup
  document.body.append(frame)
  await loaded
  if (frame.contentDocument === null) throw new TypeError('the page cannot be looked at')
  return frame.contentDocument
}

function look(name: string, width: number, page: Document): SeenPage {
  const view = page.defaultView
  if (view === null) throw new TypeError('the page has no window')
  const svg = page.querySelector('svg')
  const area = svg?.getBoundingClientRect()
  const boxes = [...page.querySelectorAll('svg a')]
  const rects = boxes.map((box) => box.querySelector('rect')?.getBoundingClientRect() ?? new DOMRect())
  const folds = [...page.querySelectorAll('details')]
  const grown = folds.filter((fold) => {
    fold.open = false
    const before = fold.getBoundingClientRect().height
    fold.querySelector('summary')?.click()
    return fold.open && fold.getBoundingClientRect().height > before
  })
  return {
    name,
    width,
    overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
    loaded: view.performance.getEntriesByType('resource').map((entry) => entry.name),
    boxes: boxes.map((box, index) => ({
      name: box.querySelector('title')?.textContent ?? '',
      state: box.querySelector('g')?.getAttribute('class') ?? '',
      leadsTo: page.querySelector(`[id="${box.getAttribute('href')?.slice(1) ?? ''}"]`)?.tagName ?? 'nowhere',
      isSeen: (rects[index]?.width ?? 0) > 20 && view.getComputedStyle(box.querySelector('rect') ?? box).stroke !== 'none',
    })),
    overlaps: rects.flatMap((a, index) => rects.slice(index + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length,
    cut: area === undefined ? [] : [...page.querySelectorAll('svg text')].filter((text) => text.getBoundingClientRect().right > area.right + 1 || text.getBoundingClientRect().left < area.left - 1).map((text) => text.textContent ?? ''),
    foreign: [...page.querySelectorAll('*')].map((element) => element.tagName.toLowerCase()).filter((tag) => !expected.has(tag)),
    folds: [folds.length, grown.length],
    unreadable: [...page.querySelectorAll('main *')].filter((element) => element.childElementCount === 0 && (element.textContent ?? '') !== '' && view.getComputedStyle(element).color === view.getComputedStyle(page.body).backgroundColor).length,
  }
}

async function run(): Promise<HtmlReport> {
  const names = (await (await fetch('/list.json')).json()) as readonly string[]
  const seen: SeenPage[] = []
  for (const name of names) {
    const markup = await (await fetch(`/${name}`)).text()
    for (const width of widths) seen.push(look(name, width, await open(markup, width)))
  }
  // what a broken image or a late script would do happens after the page is there
  await new Promise((resolve) => {
    setTimeout(resolve, 300)
  })
  return { seen, ran: globalThis.ranHostile === true }
}

const report = await run().catch((error: unknown): HtmlReport => ({ seen: [], ran: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
