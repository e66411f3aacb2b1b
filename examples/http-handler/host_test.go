package main

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/witan-os/witan/generated/wasi/http/v0.2/types"
	"github.com/witan-os/witan/hostimpl/wasi/stream"
	"github.com/witan-os/witan/runtime/glue"
)

// This file has a host of HTTP without a network: the part of wasi:http/types that an answer to a request takes. What is
// not here traps, which would fail the test.

type host struct{ types.Unimplemented }

// NewFields makes headers without any.
func (host) NewFields(context.Context) (glue.Own[types.Fields], error) {
	return glue.Give[types.Fields](&fields{values: http.Header{}}), nil
}

// FieldsFromList makes headers.
func (host) FieldsFromList(_ context.Context, entries []glue.Tuple2[types.FieldName, types.FieldValue]) (glue.Own[types.Fields], error) {
	f := &fields{values: http.Header{}}
	for _, e := range entries {
		f.values.Add(e.F0, string(e.F1))
	}
	return glue.Give[types.Fields](f), nil
}

// NewOutgoingResponse makes a response with headers.
func (host) NewOutgoingResponse(_ context.Context, headers glue.Own[types.Fields]) (glue.Own[types.OutgoingResponse], error) {
	return glue.Give[types.OutgoingResponse](&sentResponse{answer: &answer{header: headers.Value().(*fields), status: 200}}), nil
}

// ResponseOutparamSet sends a response: from here on its body goes to whoever has asked.
func (host) ResponseOutparamSet(_ context.Context, param glue.Own[types.ResponseOutparam], r glue.Result[glue.Own[types.OutgoingResponse], types.ErrorCode]) error {
	given, code, ok := r.Get()
	if !ok {
		return code
	}
	a := param.Value().(*answer)
	resp := given.Value().(*sentResponse)
	a.header, a.status = resp.answer.header, resp.answer.status
	resp.answer.to = a
	return nil
}

// OutgoingBodyFinish ends a response.
func (host) OutgoingBodyFinish(_ context.Context, body glue.Own[types.OutgoingBody], _ glue.Option[glue.Own[types.Fields]]) error {
	body.Value().(outgoingBody).answer.to.finished = true
	return nil
}

// answer is what comes back for a request.
type answer struct {
	status   types.StatusCode
	header   *fields
	body     bytes.Buffer
	finished bool
	to       *answer // of a response that was sent: who gets it
}

// Write takes a piece of the body.
func (a *answer) Write(p []byte) (int, error) { return a.to.body.Write(p) }

type receivedRequest struct {
	types.UnimplementedIncomingRequest
	exchange
}

func (r receivedRequest) Method(context.Context) (types.Method, error) {
	switch r.method {
	case "GET":
		return types.MethodGet(), nil
	case "POST":
		return types.MethodPost(), nil
	}
	return types.MethodOther(r.method), nil
}

func (r receivedRequest) PathWithQuery(context.Context) (glue.Option[string], error) {
	return glue.Some(r.target), nil
}

func (r receivedRequest) Scheme(context.Context) (glue.Option[types.Scheme], error) {
	return glue.Some(types.SchemeHTTP()), nil
}

func (r receivedRequest) Authority(context.Context) (glue.Option[string], error) {
	return glue.Some("example.org"), nil
}

func (r receivedRequest) Headers(context.Context) (glue.Own[types.Fields], error) {
	return glue.Give[types.Fields](&fields{values: http.Header{"Accept": {"*/*"}}}), nil
}

func (r receivedRequest) Consume(context.Context) (glue.Own[types.IncomingBody], error) {
	return glue.Give[types.IncomingBody](incomingBody{text: r.body}), nil
}

type incomingBody struct {
	types.UnimplementedIncomingBody
	text string
}

func (b incomingBody) Stream(context.Context) (glue.Own[types.InputStream], error) {
	return glue.Give[types.InputStream](stream.NewInput(strings.NewReader(b.text))), nil
}

type sentResponse struct {
	types.UnimplementedOutgoingResponse
	answer *answer
}

func (r *sentResponse) SetStatusCode(_ context.Context, status types.StatusCode) error {
	r.answer.status = status
	return nil
}

func (r *sentResponse) Body(context.Context) (glue.Own[types.OutgoingBody], error) {
	return glue.Give[types.OutgoingBody](outgoingBody{answer: r.answer}), nil
}

type outgoingBody struct {
	types.UnimplementedOutgoingBody
	answer *answer
}

func (b outgoingBody) Write(context.Context) (glue.Own[types.OutputStream], error) {
	return glue.Give[types.OutputStream](stream.NewOutput(b.answer)), nil
}

type fields struct {
	types.UnimplementedFields
	values http.Header
}

func (f *fields) Append(_ context.Context, name types.FieldName, value types.FieldValue) error {
	f.values.Add(name, string(value))
	return nil
}

func (f *fields) Entries(context.Context) ([]glue.Tuple2[types.FieldName, types.FieldValue], error) {
	var list []glue.Tuple2[types.FieldName, types.FieldValue]
	for name, values := range f.values {
		for _, v := range values {
			list = append(list, glue.Tuple2[types.FieldName, types.FieldValue]{F0: name, F1: types.FieldValue(v)})
		}
	}
	return list, nil
}
