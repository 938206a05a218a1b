/** A moment as a calendar and a clock show it. Months count from 1. */
export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** 1 is the first of January. */
  readonly yearDay: number
}

export const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

const second = 1_000_000_000n

/** Seconds and the nanoseconds over them; the latter are never negative. */
export function splitNanoseconds(ns: bigint): { readonly seconds: number; readonly nanoseconds: number } {
  const rest = ((ns % second) + second) % second
  return { seconds: Number((ns - rest) / second), nanoseconds: Number(rest) }
}

export const joinNanoseconds = (seconds: number, nanoseconds: number): bigint => BigInt(seconds) * second + BigInt(nanoseconds)

/** Seconds since 1970 of a date and time in UTC; every part may be out of its range and is carried over. */
export function secondsOf(year: number, month: number, day: number, hour: number, minute: number, seconds: number): number {
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + seconds
}

/** The calendar and clock of a number of seconds since 1970, which a zone's offset has been added to. */
export function civil(seconds: number): Civil {
  const date = new Date(seconds * 1000)
  const year = date.getUTCFullYear()
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((seconds - secondsOf(year, 1, 1, 0, 0, 0)) / 86_400) + 1,
  }
}

export const daysInMonth = (year: number, month: number): number => new Date(secondsOf(year, month + 1, 0, 0, 0, 0) * 1000).getUTCDate()

export const isLeapYear = (year: number): boolean => daysInMonth(year, 2) === 29
