/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jail.c: what is left to the process that reads mails (mime.h): its memory, its time, its two
 * pipes, and files to read, because iconv() loads its tables when they are first needed. Where
 * the kernel or the processor is not known, the ceilings alone hold.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "mime/mime.h"

enum { MEMORY_MAX = 512 << 20, FILES_MAX = 16 };

static void limit(__rlimit_resource_t what, rlim_t n)
{
	struct rlimit r = { n, n };

	setrlimit(what, &r);
}

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#endif

#if defined(NATIVE) && !defined(__SANITIZE_ADDRESS__)
#define DENY (SECCOMP_RET_ERRNO | EPERM)
#define LOAD(field)                                                                      \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE(call)                                                                     \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1),                          \
		BPF_STMT(BPF_RET | BPF_K, DENY)

/* No network, no other program or process, nobody else's memory. */
static void refuse_calls(void)
{
	static struct sock_filter rules[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, DENY),
		LOAD(nr),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1), /* x32 */
		BPF_STMT(BPF_RET | BPF_K, DENY),
		REFUSE(socket),
		REFUSE(connect),
		REFUSE(bind),
		REFUSE(execve),
		REFUSE(execveat),
		REFUSE(clone),
		REFUSE(clone3),
		REFUSE(ptrace),
		REFUSE(process_vm_readv),
		REFUSE(process_vm_writev),
		REFUSE(kill),
		REFUSE(pidfd_open),
		REFUSE(unlinkat),
		REFUSE(renameat2),
		REFUSE(mount),
		REFUSE(bpf),
		REFUSE(perf_event_open),
		REFUSE(io_uring_setup),
		REFUSE(keyctl),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = { sizeof(rules) / sizeof(rules[0]),
						   rules };

	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#else
static void refuse_calls(void)
{
}
#endif

void mime_confine(void)
{
#ifndef __SANITIZE_ADDRESS__ /* it wants terabytes of addresses */
	limit(RLIMIT_AS, MEMORY_MAX);
#endif
	limit(RLIMIT_NOFILE, FILES_MAX);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NPROC, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		refuse_calls();
}
