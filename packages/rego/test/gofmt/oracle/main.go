// Prints what Go's fmt.Sprintf gives for generated formats and arguments, one JSON array a line:
// [format, [[type, text], …], result]. Usage: go run main.go SEED COUNT
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand"
	"os"
	"strconv"
	"strings"
)

var ints = []int{0, 1, -1, 5, 42, -42, 65, 233, 1000000, 128512, 0x10ffff, 0x110000, 9223372036854775807, -9223372036854775808, 255, 7}
var bigs = []string{"9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"}
var floats = []float64{1.5, -1.5, 0.1, 1e6, 1e20, 1e21, 123456789.125, 2.5, 0.5, 3.5, 1e-7, 5e-324, 1.7976931348623157e308, 0.3333333333333333, 99.995, 1e100, -0.000123, 100, 1234567}
var texts = []string{"", "a", "hi", "héllo", "日本", "😀", "a\nb", "quote\"d", "back`tick", "\x00", "\t", "long text here", "\u00a0", "%d"}
var pieces = []string{"x", " ", "é", "%%", "", "", "="}
var verbs = "sssvvvdddqxXfeEgGFboOcUtTzbé"

func main() {
	seed, _ := strconv.ParseInt(os.Args[1], 10, 64)
	count, _ := strconv.Atoi(os.Args[2])
	g := rand.New(rand.NewSource(seed))
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	number := func() string {
		switch g.Intn(14) {
		case 0:
			return "*"
		case 1:
			return "[" + strconv.Itoa(g.Intn(4)) + "]*"
		case 2:
			return "0"
		case 3:
			return "1000001"
		default:
			return strconv.Itoa(g.Intn(25))
		}
	}
	for i := 0; i < count; i++ {
		var b strings.Builder
		for n := 1 + g.Intn(3); n > 0; n-- {
			b.WriteString(pieces[g.Intn(len(pieces))])
			b.WriteString("%")
			for g.Intn(3) == 0 {
				b.WriteByte("+-# 0"[g.Intn(5)])
			}
			if g.Intn(14) == 0 {
				b.WriteString([]string{"[1]", "[2]", "[3]", "[0]", "[9]", "[x]", "[", "[]"}[g.Intn(8)])
			}
			if g.Intn(3) == 0 {
				b.WriteString(number())
			}
			if g.Intn(4) == 0 {
				b.WriteString(".")
				if g.Intn(4) > 0 {
					b.WriteString(number())
				}
			}
			if g.Intn(20) > 0 {
				r := []rune(verbs)
				b.WriteRune(r[g.Intn(len(r))])
			}
		}
		format := b.String()
		args := []any{}
		shown := [][]string{}
		for n := g.Intn(4); n > 0; n-- {
			switch g.Intn(4) {
			case 0:
				v := ints[g.Intn(len(ints))]
				args = append(args, v)
				shown = append(shown, []string{"int", strconv.Itoa(v)})
			case 1:
				s := bigs[g.Intn(len(bigs))]
				v, _ := new(big.Int).SetString(s, 10)
				args = append(args, v)
				shown = append(shown, []string{"*big.Int", s})
			case 2:
				v := floats[g.Intn(len(floats))]
				args = append(args, v)
				shown = append(shown, []string{"float64", strconv.FormatFloat(v, 'g', -1, 64)})
			default:
				v := texts[g.Intn(len(texts))]
				args = append(args, v)
				shown = append(shown, []string{"string", v})
			}
		}
		result := fmt.Sprintf(format, args...)
		if len(result) < 4000 {
			enc.Encode([]any{format, shown, result})
		}
	}
}
