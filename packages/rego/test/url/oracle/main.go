// Prints what Go makes of URLs, one JSON array a line: the text, then the parts or the error.
package main

import (
	"bufio"
	"encoding/json"
	"math/rand"
	"net/url"
	"os"
)

var pieces = []string{"http", "https", "mailto", "x-y+z.1", ":", "//", "/", "///", "?", "#", "@", "[", "]", "::1", "fe80::1%25en0", "%25", "1.2.3.4", "::ffff:1.2.3.4", ":80", ":", ":x", "example.com", "user", "pa:ss", "a b", "é", "٣", "%", "%2", "%zz", "%2F", "%41", "%c3%a9", "%6d", "a%21b", "<", "\"", "\\", "*", ".", "..", "!", "'", "(", "~", "q=1", "&", "+", ";", "\x7f", "\n", "😀"}

var fixed = []string{"", "*", "?", "#", "http://", "http://a?", "http://a??", "http://[::1", "http://[::1]:80/", "http://a[::1]/", "http://[1.2.3.4]/", "http://[x]/", "http://[fe80::1%25]/", "http://a:b:80/", "x://a:b:80/", "http://a:80x/", "http://u:p@h:1/p%2Fq?r#s%41", "//h", "///h", "http:///p", "http:opaque", ":x", "a:b/c", "a/b:c", "1a:b", "http://exa%6dple.com/", "http://h/%zz", "http://h/#%zz", "http://h/%é", "http://h/%1é", "http://a b/", "http://a<b@c/", "http://%c3%a9.example/", "http://h:/", "http://[::1]:/"}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	random := rand.New(rand.NewSource(7))
	texts := fixed
	for range 400 {
		text := ""
		for range 1 + random.Intn(8) {
			text += pieces[random.Intn(len(pieces))]
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		u, err := url.Parse(text)
		if err != nil {
			encoder.Encode([]any{text, map[string]string{"error": err.Error()}})
			continue
		}
		encoder.Encode([]any{text, map[string]string{"scheme": u.Scheme, "hostname": u.Hostname(), "port": u.Port(), "path": u.Path, "rawPath": u.RawPath, "rawQuery": u.RawQuery, "fragment": u.Fragment, "again": u.String()}})
	}
}
