// Prints what Go's regexp says about generated patterns and texts, one JSON array a line:
// [pattern, error] or [pattern, text, matches, split, replaced].
// Usage: go run main.go SEED COUNT
package main

import (
	"bufio"
	"encoding/json"
	"math/rand"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

var atoms = []string{
	"a", "b", "c", "ab", "abc", "A", "K", "s", "é", "ß", "σ", "日", "😀", "x", "1", "_", " ", "-", "/", `\n`, `\t`, ".", ".", ".",
	"[abc]", "[a-c]", "[^a]", "[^ab\\n]", `[\d_]`, `[\w-]`, `[^\W\d]`, `[[:alpha:]]`, `[[:^digit:]]`, `[\pL-]`, `[é-ë]`, `[a-]`, `[]a]`, `[^]a]`,
	`\d`, `\D`, `\w`, `\W`, `\s`, `\S`, `\pL`, `\PL`, `\p{Lu}`, `\p{Greek}`, `\p{^Lu}`, `\P{^N}`, `\p{Han}`, `\pN`,
	`\x41`, `\x{1F600}`, `\101`, `\.`, `\*`, `\Qa.b\E`, `\Q*\E`,
	"^", "$", `\A`, `\z`, `\b`, `\B`, "()", "(|a)", "(a|)", "(?:)",
	"(?i:k)", "(?i:s)", "(?i:é)", "(?i:[a-c])", "(?i:[^k])", "(?i)", "(?s)", "(?m)", "(?-i)", "(?U)", "(?s:.)", "(?m:^)", "(?m:$)",
}

var broken = []string{
	"(", ")", "[", "]", "{", "}", "*", "+", "?", "\\", "a**", "a*+", "a{2}{3}", "a{1001}", "a{2,1}", "{1}", "(?i", "(?P<n>", "(?P<1n>a)", "(?<n>a)", "(?P<n-a>b)", "(?P<n",
	"(?=a)", "(?!a)", "(?<=a)", "(?x)", `\1`, `\8`, `\C`, `\Z`, `\u0041`, `\h`, `\x`, `\x4`, `\x{}`, `\x{110000}`, `\x{zz}`, `\p`, `\p{`, `\p{Foo}`, `\pX`, `[z-a]`, `[a`, `[\`, `[[:foo:]]`, `[[:alpha:]`,
	`[a-\d]`, `[\d-z]`, `(a{100}){11}`, `(a{100}){10}`, `((a{10}){10}){11}`, "a{,2}", "a{2", "a{02}", "x{0}", "x{0,}", "(a){0}", "|", "||", "(|)*", "\\Q", "\\E", "\\Qab", "é", "\\é", "(?i-s:a)", "(?-)", "(?i-)", "(?)", "(?:", "(?--i)", "(?ii)", "a{99999999999}",
}

type gen struct{ *rand.Rand }

func (g gen) atom() string { return atoms[g.Intn(len(atoms))] }

func (g gen) repeat(s string) string {
	switch g.Intn(12) {
	case 0, 1:
		s += "*"
	case 2, 3:
		s += "+"
	case 4:
		s += "?"
	case 5:
		s += "{" + strconv.Itoa(g.Intn(3)) + "}"
	case 6:
		s += "{" + strconv.Itoa(g.Intn(3)) + ",}"
	case 7:
		n := g.Intn(3)
		s += "{" + strconv.Itoa(n) + "," + strconv.Itoa(n+g.Intn(3)) + "}"
	default:
		return s
	}
	if g.Intn(3) == 0 {
		s += "?"
	}
	return s
}

func (g gen) expression(depth int) string {
	var b strings.Builder
	for n := 1 + g.Intn(4); n > 0; n-- {
		if g.Intn(7) == 0 {
			b.WriteString("|")
		}
		piece := g.atom()
		if depth > 0 && g.Intn(3) == 0 {
			opens := []string{"(", "(", "(", "(?:", "(?P<n>", "(?<m>", "(?i:", "(?U:", "(?m:"}
			piece = opens[g.Intn(len(opens))] + g.expression(depth-1) + ")"
		}
		b.WriteString(g.repeat(piece))
	}
	if g.Intn(12) == 0 {
		b.WriteString(broken[g.Intn(len(broken))])
	}
	return b.String()
}

var letters = []string{"a", "a", "a", "b", "b", "c", "ab", "abc", "A", "B", "k", "K", "\u212a", "s", "ſ", "S", "é", "É", "ß", "σ", "ς", "日", "😀", "x", "1", "9", "_", " ", "-", "/", "\n", "\t", ".", "*", "a.b", "\u0000", "ü"}

func (g gen) text() string {
	var b strings.Builder
	for n := g.Intn(9); n > 0; n-- {
		b.WriteString(letters[g.Intn(len(letters))])
	}
	return b.String()
}

// Go's positions are bytes; JavaScript counts UTF-16 units.
func units(text string, at int) int {
	if at < 0 {
		return -1
	}
	return len(utf16.Encode([]rune(text[:at])))
}

func main() {
	seed, _ := strconv.ParseInt(os.Args[1], 10, 64)
	count, _ := strconv.Atoi(os.Args[2])
	g := gen{rand.New(rand.NewSource(seed))}
	w := bufio.NewWriter(os.Stdout)
	defer w.Flush()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i := 0; i < count; i++ {
		pattern := g.expression(2)
		if i < len(broken) {
			pattern = broken[i]
		}
		re, err := regexp.Compile(pattern)
		if err != nil {
			enc.Encode([]any{pattern, err.Error()})
			continue
		}
		text := g.text()
		all := [][]int{}
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			row := []int{}
			for _, at := range m {
				row = append(row, units(text, at))
			}
			all = append(all, row)
		}
		split := re.Split(text, -1)
		if split == nil {
			split = []string{}
		}
		enc.Encode([]any{pattern, text, all, split, re.ReplaceAllString(text, "<$1${n}$m|$$>")})
	}
}
