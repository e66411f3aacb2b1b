// Boxes that each have one of the component behind this one inside.

#include "counted.h"

struct exports_test_roundtrip_boxes_box_t {
    test_roundtrip_boxes_own_box_t inside;
};

typedef exports_test_roundtrip_boxes_box_t box;
typedef exports_test_roundtrip_boxes_own_box_t own_box;

static uint32_t alive;

static test_roundtrip_boxes_borrow_box_t inside_of(const box *b) {
    return test_roundtrip_boxes_borrow_box(b->inside);
}

own_box exports_test_roundtrip_boxes_constructor_box(counted_string_t *text) {
    box *b = cabi_malloc(sizeof *b);
    b->inside = test_roundtrip_boxes_constructor_box(text);
    counted_string_free(text);
    alive++;
    return exports_test_roundtrip_boxes_box_new(b);
}

void exports_test_roundtrip_boxes_box_destructor(box *b) {
    test_roundtrip_boxes_box_drop_own(b->inside);
    cabi_free(b);
    alive--;
}

void exports_test_roundtrip_boxes_method_box_text(box *self, counted_string_t *ret) {
    test_roundtrip_boxes_method_box_text(inside_of(self), ret);
}

void exports_test_roundtrip_boxes_method_box_swap(box *self, counted_string_t *text, counted_string_t *ret) {
    test_roundtrip_boxes_method_box_swap(inside_of(self), text, ret);
    counted_string_free(text);
}

own_box exports_test_roundtrip_boxes_static_box_join(own_box a, box *b) {
    box *it = exports_test_roundtrip_boxes_box_rep(a);
    it->inside = test_roundtrip_boxes_static_box_join(it->inside, inside_of(b));
    return a;
}

void exports_test_roundtrip_boxes_turn(
    exports_test_roundtrip_boxes_list_own_box_t *boxes, exports_test_roundtrip_boxes_list_own_box_t *ret) {
    size_t len = boxes->len;
    test_roundtrip_boxes_list_own_box_t inside = {cabi_malloc(len * sizeof *inside.ptr), len}, turned;
    for (size_t i = 0; i < len; i++)
        inside.ptr[i] = exports_test_roundtrip_boxes_box_rep(boxes->ptr[i])->inside;
    test_roundtrip_boxes_turn(&inside, &turned);
    ret->ptr = cabi_malloc(len * sizeof *ret->ptr);
    ret->len = len;
    for (size_t i = 0; i < len; i++) {
        ret->ptr[i] = boxes->ptr[len - 1 - i];
        exports_test_roundtrip_boxes_box_rep(ret->ptr[i])->inside = turned.ptr[i];
    }
    cabi_free(inside.ptr);
    cabi_free(turned.ptr);
    cabi_free(boxes->ptr);
}

uint32_t exports_test_roundtrip_boxes_full(exports_test_roundtrip_boxes_list_borrow_box_t *boxes) {
    size_t len = boxes->len;
    test_roundtrip_boxes_list_borrow_box_t inside = {cabi_malloc(len * sizeof *inside.ptr), len};
    for (size_t i = 0; i < len; i++)
        inside.ptr[i] = inside_of(boxes->ptr[i]);
    uint32_t full = test_roundtrip_boxes_full(&inside);
    cabi_free(inside.ptr);
    exports_test_roundtrip_boxes_list_borrow_box_free(boxes);
    return full;
}

uint32_t exports_test_roundtrip_boxes_alive(void) {
    return alive + test_roundtrip_boxes_alive();
}
