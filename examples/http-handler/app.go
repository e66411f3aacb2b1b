package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxBody is the size of the largest body that is read.
const maxBody = 4 << 20

// newApp is the application: an http.Handler like any other, which knows nothing of components.
func newApp() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Query().Get("name")
		if name == "" {
			name = "whoever you are"
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, "Hello, %s!\n", name)
	})
	mux.HandleFunc("POST /shout", func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		w.Header().Add("X-Was", fmt.Sprintf("%d bytes", len(text)))
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, strings.ToUpper(string(text)))
	})
	return mux
}
