// What Go's encoding/json makes of the cases on standard input: one JSON array [kind, text] a line in, one JSON string
// a line out; null where Go refuses. Uses the standard library alone.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"time"
)

type inner struct {
	A string `json:"a"`
	B int    `json:"b,omitempty"`
}

type sample struct {
	Text      string             `json:"text"`
	TextOpt   string             `json:"textOpt,omitempty"`
	Count     int64              `json:"count"`
	CountOpt  int64              `json:"countOpt,omitempty"`
	CountPtr  *int64             `json:"countPtr,omitempty"`
	Flag      bool               `json:"flag"`
	FlagOpt   bool               `json:"flagOpt,omitempty"`
	Real      float64            `json:"real"`
	RealOpt   float64            `json:"realOpt,omitempty"`
	List      []string           `json:"list"`
	ListOpt   []inner            `json:"listOpt,omitempty"`
	Map       map[string]int64   `json:"map"`
	MapOpt    map[string]inner   `json:"mapOpt,omitempty"`
	Struct    inner              `json:"struct"`
	StructPtr *inner             `json:"structPtr"`
	StructOpt *inner             `json:"structOpt,omitempty"`
	Time      time.Time          `json:"time"`
	Bytes     []byte             `json:"bytes"`
	BytesOpt  []byte             `json:"bytesOpt,omitempty"`
	Any       interface{}        `json:"any"`
	AnyOpt    interface{}        `json:"anyOpt,omitempty"`
	Deep      map[string][]inner `json:"deep,omitempty"`
}

// again decodes text into target and encodes it.
func again(text string, target interface{}, exact bool) (string, bool) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	if exact {
		decoder.UseNumber()
	}
	if err := decoder.Decode(target); err != nil {
		return "", false
	}
	out, err := json.Marshal(target)
	return string(out), err == nil
}

func answer(kind, text string) (string, bool) {
	switch kind {
	case "any":
		var value interface{}
		return again(text, &value, false)
	case "exact":
		var value interface{}
		return again(text, &value, true)
	case "struct":
		var value sample
		return again(text, &value, false)
	case "time":
		var value time.Time
		return again(text, &value, false)
	}
	panic("unknown kind " + kind)
}

func main() {
	time.Local = time.UTC
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	for in.Scan() {
		var line [2]string
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			panic(err)
		}
		if text, ok := answer(line[0], line[1]); ok {
			encoder.Encode(text)
		} else {
			encoder.Encode(nil)
		}
	}
	if err := in.Err(); err != nil {
		panic(err)
	}
}
