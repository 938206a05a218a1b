// Prints what Go's text/template makes of the templates in a file, one JSON array a line: [template, text or null, error or null].
// Usage: go run main.go DATA.json TEMPLATES.json
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"text/template"
)

func main() {
	var data map[string]any
	read(os.Args[1], &data)
	var templates []string
	read(os.Args[2], &templates)
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	for _, source := range templates {
		t, err := template.New("template").Parse(source)
		var out bytes.Buffer
		if err == nil {
			err = t.Execute(&out, data)
		}
		if err != nil {
			enc.Encode([]any{source, nil, err.Error()})
		} else {
			enc.Encode([]any{source, out.String(), nil})
		}
	}
}

func read(name string, into any) {
	file, err := os.Open(name)
	if err != nil {
		panic(err)
	}
	d := json.NewDecoder(file)
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		panic(err)
	}
}
