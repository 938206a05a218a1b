// Prints what Go's time package says about generated layouts, instants and texts, one JSON array a line:
// ["format", layout, ns, zone, text], ["parse", layout, text, ns or null, error or null], ["duration", text, ns or null, error or null]
// or ["add", ns, zone, years, months, days, ns]. Usage: go run main.go SEED COUNT
package main

import (
	"bufio"
	"encoding/json"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"time"
)

var parts = []string{
	"2006", "2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "002", "__2", "15", "03", "3", "04", "4", "05", "5", "PM", "pm", "Mon", "Monday",
	".000", ".999999999", ",000000", ".9", "-07:00", "-0700", "-07", "Z07:00", "Z0700", "Z07", "-07:00:00", "Z070000",
	"-", "/", ":", " ", "  ", "T", "x", "é", "Janu", "_", "0", "7", ".5", "Z",
}
var layouts = []string{time.RFC3339, time.RFC3339Nano, time.RFC1123, time.RFC1123Z, time.RFC822, time.RFC850, time.ANSIC, time.UnixDate, time.RubyDate, time.Kitchen, time.DateTime, time.DateOnly, time.StampMicro}
var zones = []string{"UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "Antarctica/Troll"}
var junk = []string{"", "x", "0", "9", "-", "+", " ", ":", ".", ",", "Z", "12", "PM", "Mon"}
var durations = []string{"1", "0", "15", "3.5", ".25", "1.", ".", "-", "+", "h", "m", "s", "ms", "us", "µs", "ns", "d", " ", "9223372036854775807", "0.000000001", "99999999999999999999"}

func main() {
	seed, _ := strconv.ParseInt(os.Args[1], 10, 64)
	count, _ := strconv.Atoi(os.Args[2])
	g := rand.New(rand.NewSource(seed))
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	pick := func(list []string) string { return list[g.Intn(len(list))] }
	layout := func() string {
		if g.Intn(4) == 0 {
			return pick(layouts)
		}
		var b strings.Builder
		for n := 1 + g.Intn(6); n > 0; n-- {
			b.WriteString(pick(parts))
			if g.Intn(3) == 0 {
				b.WriteString([]string{" ", "-", ":", "/", ", "}[g.Intn(5)])
			}
		}
		return b.String()
	}
	instant := func() int64 {
		switch g.Intn(4) {
		case 0:
			return g.Int63n(1<<62) - 1<<61
		case 1:
			return (g.Int63n(4_000_000_000)) * 1_000_000_000
		default:
			return g.Int63n(2_000_000_000_000_000_000)
		}
	}
	spoil := func(text string) string {
		for n := g.Intn(3); n > 0; n-- {
			at := g.Intn(len(text) + 1)
			for at < len(text) && text[at]&0xc0 == 0x80 {
				at++
			}
			end := at
			if g.Intn(2) == 0 && end < len(text) {
				end++
				for end < len(text) && text[end]&0xc0 == 0x80 {
					end++
				}
			}
			text = text[:at] + pick(junk) + text[end:]
		}
		return text
	}
	for i := 0; i < count; i++ {
		ns, zone := instant(), pick(zones)
		loc, err := time.LoadLocation(zone)
		if err != nil {
			panic(err)
		}
		t := time.Unix(0, ns).In(loc)
		switch g.Intn(8) {
		case 0:
			var b strings.Builder
			for n := 1 + g.Intn(5); n > 0; n-- {
				b.WriteString(pick(durations))
			}
			d, err := time.ParseDuration(b.String())
			if err != nil {
				enc.Encode([]any{"duration", b.String(), nil, err.Error()})
			} else {
				enc.Encode([]any{"duration", b.String(), strconv.FormatInt(int64(d), 10), nil})
			}
		case 1:
			years, months, days := g.Intn(41)-20, g.Intn(61)-30, g.Intn(801)-400
			enc.Encode([]any{"add", strconv.FormatInt(ns, 10), zone, years, months, days, strconv.FormatInt(t.AddDate(years, months, days).Unix(), 10)})
		case 2, 3:
			l := layout()
			if strings.Contains(l, "MST") && zone != "UTC" && zone != "America/New_York" {
				continue
			}
			enc.Encode([]any{"format", l, strconv.FormatInt(ns, 10), zone, t.Format(l)})
		default:
			l := layout()
			text := spoil(t.Format(l))
			parsed, err := time.Parse(l, text)
			if err != nil {
				enc.Encode([]any{"parse", l, text, nil, err.Error()})
			} else {
				enc.Encode([]any{"parse", l, text, strconv.FormatInt(parsed.Unix(), 10) + "." + strconv.Itoa(parsed.Nanosecond()), nil})
			}
		}
	}
}
