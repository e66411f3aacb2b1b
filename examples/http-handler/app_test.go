package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// exchange is a request, and what the application answers.
type exchange struct {
	method, target, body string
	status               int
	header               map[string]string
	answer               string
}

var exchanges = []exchange{
	{
		method: "GET", target: "/?name=Zo%C3%AB", status: 200,
		header: map[string]string{"content-type": "text/plain; charset=utf-8"}, answer: "Hello, Zoë!\n",
	},
	{method: "GET", target: "/", status: 200, answer: "Hello, whoever you are!\n"},
	{
		method: "POST", target: "/shout", body: "quietly", status: 201,
		header: map[string]string{"x-was": "7 bytes"}, answer: "QUIETLY",
	},
	{
		method: "POST", target: "/shout", body: strings.Repeat("aé", 100_000), status: 201,
		header: map[string]string{"x-was": "300000 bytes"}, answer: strings.Repeat("AÉ", 100_000),
	},
	{
		method: "POST", target: "/shout", body: strings.Repeat("b", maxBody), status: 201,
		header: map[string]string{"x-was": "4194304 bytes"}, answer: strings.Repeat("B", maxBody),
	},
	{method: "POST", target: "/shout", body: strings.Repeat("x", maxBody+1), status: 413, answer: "http: request body too large\n"},
	{method: "GET", target: "/shout", status: 405, header: map[string]string{"allow": "POST"}, answer: "Method Not Allowed\n"},
	{method: "PROPFIND", target: "/", status: 405, answer: "Method Not Allowed\n"},
	{method: "GET", target: "/gone", status: 404, answer: "404 page not found\n"},
}

// check compares an answer with what it should be.
func (e exchange) check(t *testing.T, status int, header http.Header, body string) {
	t.Helper()
	if status != e.status || body != e.answer {
		t.Errorf("%s %s: got %d %.60q, want %d %.60q", e.method, e.target, status, body, e.status, e.answer)
	}
	for name, want := range e.header {
		if got := header.Get(name); got != want {
			t.Errorf("%s %s: the header %s is %q, want %q", e.method, e.target, name, got, want)
		}
	}
}

// TestApp tests the application by itself.
func TestApp(t *testing.T) {
	for _, e := range exchanges {
		w := httptest.NewRecorder()
		newApp().ServeHTTP(w, httptest.NewRequest(e.method, e.target, strings.NewReader(e.body)))
		r := w.Result()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		e.check(t, r.StatusCode, r.Header, string(body))
	}
}
