// An actor as its ancestor's programs are: no library, no main, nothing but the calls.
typedef unsigned char u8;
typedef int i32;
typedef long long i64;

#define CALL(name) __attribute__((import_module("env"), import_name(#name)))
CALL(sys_log) void sys_log(const char *text, i32 size);
CALL(sys_exit) _Noreturn void sys_exit(i32 code);
CALL(sys_cap_send) i32 sys_cap_send(i64 handle, i32 opcode, const void *payload, i32 size, i64 slot);
CALL(sys_cap_recv) i64 sys_cap_recv(i64 handle, void *buffer, i32 size);
CALL(sys_fb_info) i64 sys_fb_info(void);

static const i64 endpoint = 1ll << 32 | 1;

// _start sends the height of the screen, waits for the answer, and says what has become of it.
__attribute__((export_name("_start"))) void _start(void) {
	static u8 buffer[4];
	sys_log("ping", 4);
	i64 info = sys_fb_info();
	i32 width = info >> 32, height = (i32)info;
	i32 sent = sys_cap_send(endpoint, width, &height, sizeof height, -1);
	i64 sender = sys_cap_recv(endpoint, buffer, sizeof buffer);
	sys_exit(sent == 0 && sender == -1 ? 3 : 4);
}
