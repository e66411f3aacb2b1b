package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/witan-os/witan/examples/http-handler/generated/wasi/http/v0.2/types"
	"github.com/witan-os/witan/examples/http-handler/generated/wasi/io/v0.2/streams"
	"github.com/witan-os/witan/guest"
)

// server has a handler of Go answer the requests of wasi:http. It implements incominghandler.Guest.
type server struct{ handler http.Handler }

// Handle answers a request.
func (s server) Handle(request *types.IncomingRequest, out *types.ResponseOutparam) {
	defer request.Close()
	w := &response{out: out, header: http.Header{}}
	r, err := newRequest(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	} else {
		defer r.Body.Close()
		s.handler.ServeHTTP(w, r)
	}
	w.finish()
}

// newRequest is a request as Go has it.
func newRequest(from *types.IncomingRequest) (*http.Request, error) {
	target, err := url.ParseRequestURI(from.PathWithQuery().Or("/"))
	if err != nil {
		return nil, err
	}
	body, err := newBody(from)
	if err != nil {
		return nil, err
	}
	return &http.Request{
		Method: methodName(from.Method()), URL: target, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: headers(from), Body: body, ContentLength: -1, Host: from.Authority().Or(""), RequestURI: target.RequestURI(),
	}, nil
}

func methodName(m types.Method) string {
	if name, ok := m.AsOther(); ok {
		return name
	}
	return strings.ToUpper(m.Kind().String())
}

func headers(of *types.IncomingRequest) http.Header {
	fields := of.Headers()
	defer fields.Close()
	h := http.Header{}
	for _, f := range fields.Entries() {
		h.Add(f.F0, string(f.F1))
	}
	return h
}

// body reads what comes with a request. It implements io.ReadCloser.
type body struct {
	of     *types.IncomingBody
	stream *streams.InputStream
}

func newBody(of *types.IncomingRequest) (*body, error) {
	b, err := of.Consume()
	if err != nil {
		return nil, fmt.Errorf("the request has no body: %w", err)
	}
	s, err := b.Stream()
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("the request's body has no stream: %w", err)
	}
	return &body{b, s}, nil
}

// Read waits for at least one byte. How many come at a time is for the host to say.
func (b *body) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	data, err := b.stream.BlockingRead(uint64(len(p)))
	return copy(p, data), ioError(err)
}

// Close drops the stream before what it is of, as it has to be.
func (b *body) Close() error {
	b.stream.Close()
	b.of.Close()
	return nil
}

// ioError is the error of a stream as Go has it.
func ioError(err error) error {
	var e streams.StreamError
	if !errors.As(err, &e) {
		return err
	}
	failure, ok := e.AsLastOperationFailed()
	if !ok {
		return io.EOF
	}
	defer failure.Close()
	return errors.New(failure.ToDebugString())
}

// response sends an answer: the status and the headers when they are known, and then the body piece by piece. It
// implements http.ResponseWriter.
type response struct {
	out    *types.ResponseOutparam
	header http.Header
	body   *types.OutgoingBody
	stream *streams.OutputStream
	failed error // why nothing more can be sent
}

// Header returns the headers, which can be changed until something is written.
func (r *response) Header() http.Header { return r.header }

// WriteHeader sends the status and the headers.
func (r *response) WriteHeader(status int) {
	if r.stream != nil || r.failed != nil {
		return
	}
	r.failed = r.begin(status)
}

func (r *response) begin(status int) error {
	var entries []guest.Tuple2[types.FieldName, types.FieldValue]
	for name, values := range r.header {
		for _, v := range values {
			entries = append(entries, guest.Tuple2[types.FieldName, types.FieldValue]{F0: name, F1: []byte(v)})
		}
	}
	fields, err := types.FieldsFromList(entries)
	if err != nil {
		reason := guest.Some("a header of the response can't be: " + err.Error())
		types.ResponseOutparamSet(r.out, guest.Err[*types.OutgoingResponse](types.ErrorCodeInternalError(reason)))
		return err
	}
	to := types.NewOutgoingResponse(fields)
	defer to.Close() // unless it was sent
	if err := to.SetStatusCode(types.StatusCode(status)); err != nil {
		return err
	}
	if r.body, err = to.Body(); err != nil {
		return err
	}
	if r.stream, err = r.body.Write(); err != nil {
		return err
	}
	types.ResponseOutparamSet(r.out, guest.OK[*types.OutgoingResponse, types.ErrorCode](to))
	return nil
}

// maxPiece is how many bytes a stream takes in one call that waits.
const maxPiece = 4096

// Write sends a piece of the body.
func (r *response) Write(p []byte) (n int, err error) {
	r.WriteHeader(http.StatusOK)
	for len(p) > 0 && r.failed == nil {
		piece := p[:min(len(p), maxPiece)]
		if r.failed = ioError(r.stream.BlockingWriteAndFlush(piece)); r.failed == nil {
			n += len(piece)
			p = p[len(piece):]
		}
	}
	return n, r.failed
}

// finish ends the answer. Whoever has asked is not told that all is there if it is not.
func (r *response) finish() {
	r.WriteHeader(http.StatusOK)
	if r.stream != nil {
		r.stream.Close()
	}
	switch {
	case r.body == nil:
	case r.failed != nil:
		r.body.Close()
	default:
		// An error is the host's affair: it knows best that it could not send the end.
		_ = types.OutgoingBodyFinish(r.body, guest.None[*types.Fields]())
	}
}
