// A guest in plain C, which names its imports and exports itself, as code does that came out of other generators. The
// versions in its names are older ones than that of the world.

typedef __UINT8_TYPE__ u8;
typedef __UINT32_TYPE__ u32;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

#define LOG "test:shelf/log@1.0.0"
#define SHELF "test:shelf/shelf@1.0.0"

typedef struct { const u8 *data; u32 size; } text;

IMPORT(LOG, "[constructor]sink") u32 sink_new(const u8 *name, u32 size);
IMPORT(LOG, "[method]sink.put") u32 sink_put(u32 sink, const u8 *line, u32 size);
IMPORT(LOG, "[resource-drop]sink") void sink_drop(u32 sink);
IMPORT(LOG, "echo") void log_echo(const u8 *data, u32 size, text *result);
IMPORT(LOG, "twice") u32 log_twice(u32 n);
IMPORT("$root", "shout") void shout(const u8 *data, u32 size, text *result);
IMPORT("[export]" SHELF, "[resource-new]book") u32 book_handle(void *rep);

static u8 heap[32768];
static u32 used, books, started;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 align, u32 size) {
  if (old || old_size) __builtin_trap();
  used = (used + align - 1) & -align;
  if (used + size > sizeof heap) __builtin_trap();
  used += size;
  return heap + used - size;
}

// Everything that is imported can be called here already.
EXPORT("_initialize") void initialize(void) {
  text t;
  log_echo((const u8 *)"start", 5, &t);
  started = log_twice(t.size);
}

typedef struct { text title; } book;

EXPORT(SHELF "#[constructor]book") u32 book_new(const u8 *title, u32 size) {
  book *b = cabi_realloc(0, 0, 4, sizeof *b);
  b->title = (text){title, size};
  books++;
  return book_handle(b);
}

EXPORT(SHELF "#[method]book.title") text *book_title(book *self) {
  u32 sink = sink_new((const u8 *)"titles", 6);
  sink_put(sink, self->title.data, self->title.size);
  sink_drop(sink);
  return &self->title;
}

EXPORT(SHELF "#[dtor]book") void book_drop(book *self) {
  (void)self;
  books--;
}

EXPORT(SHELF "#count") u32 count(void) { return books; }

static struct { u8 failed; u8 gap[3]; u8 row; u8 gap2[3]; text title; } found;

EXPORT(SHELF "#find") void *find(const text *titles, u32 n, u32 which) {
  found.failed = which >= n;
  found.row = found.failed ? 0 : (u8)which; // the one error is where the row is otherwise
  if (!found.failed) found.title = titles[which];
  return &found;
}

EXPORT("cabi_post_" SHELF "#find") void find_done(void *result) {
  (void)result;
  used = 0;
}

EXPORT("greet") text *greet(const u8 *name, u32 size) {
  static text result;
  shout(name, size, &result);
  result.size += started == 10 ? 0 : 100000;
  return &result;
}
