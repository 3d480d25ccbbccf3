/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c: see audit.h. One JSON object a line, appended and synced. The filter is not kept: it may
 * hold the very words that it looks for; its digest tells whether two looks were the same. */
#include "cli/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "core/json_out.h"

static void audit_line(struct buf *b, struct sv what)
{
	unsigned char digest[16];
	char hex[33], at[WHEN_TEXT_MAX];
	const struct passwd *who = getpwuid(getuid());

	crypto_generichash(digest, sizeof(digest), (const unsigned char *)what.p, what.n,
			   NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	when_format(when_now(), at);
	buf_printf(b, "{\"at\":\"%s\",\"uid\":%u,\"user\":", at, (unsigned)getuid());
	json_put_text(b, sv_of(who ? who->pw_name : "?"));
	buf_printf(b, ",\"action\":\"reveal\",\"what\":\"%s\"}\n", hex);
}

int audit_reveal(struct program *p, struct sv what, struct err *err)
{
	const char *path = arena_printf(&p->arena, "%s/audit.log", p->store_dir);
	struct buf b;
	bool ok;
	int fd;

	if (!opinia_store_has_key(p->store))
		return err_set(err, ERR_CONFIG, "--reveal needs the store's key");
	fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "the audit log: %s", strerror(errno));
	buf_init(&b, 0);
	audit_line(&b, what);
	ok = buf_ok(&b) && write(fd, b.p, b.n) == (ssize_t)b.n && fsync(fd) == 0;
	buf_release(&b);
	if (close(fd) || !ok)
		return err_set(err, ERR_SYSTEM, "the audit log: %s", strerror(errno));
	return 0;
}
