/* SPDX-License-Identifier: Apache-2.0 */
/* audit.c: see audit.h. */
#include "cli/audit.h"

#include <pwd.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DIGEST = 16 };

static struct sv digest_of(struct program *p, const void *bytes, size_t n)
{
	unsigned char digest[DIGEST];
	char hex[2 * DIGEST + 1];

	crypto_generichash(digest, sizeof(digest), bytes, n, NULL, 0);
	sodium_bin2hex(hex, sizeof(hex), digest, sizeof(digest));
	return sv_of(arena_printf(&p->arena, "%s", hex));
}

struct opinia_audit audit_entry(struct program *p, const char *action, struct sv what,
				struct sv why)
{
	const struct passwd *who = getpwuid(getuid());

	return (struct opinia_audit){
		.uid = getuid(),
		.who = sv_of(arena_printf(&p->arena, "%s", who ? who->pw_name : "?")),
		.action = sv_of(action),
		.what = what,
		.why = why,
	};
}

int audit_reveal(struct program *p, struct sv what, struct err *err)
{
	struct opinia_audit entry = audit_entry(p, "reveal", digest_of(p, what.p, what.n),
						(struct sv){ NULL, 0 });

	if (!opinia_store_has_key(p->store))
		return err_set(err, ERR_CONFIG, "--reveal needs the store's key");
	return opinia_store_audit(p->store, &entry, err);
}

int audit_settings(struct program *p, struct err *err)
{
	const char *path = settings_path(p->settings);
	FILE *f = path ? fopen(path, "re") : NULL;
	struct opinia_audit entry;
	struct buf b;
	size_t n = 1;
	bool ok;

	if (!f)
		return 0;
	buf_init(&b, 1 << 24);
	while (n && buf_ok(&b)) {
		char *room = buf_room(&b, 1 << 16);

		n = room ? fread(room, 1, 1 << 16, f) : 0;
		if (n)
			buf_took(&b, n);
	}
	ok = buf_ok(&b) && !ferror(f);
	fclose(f);
	entry = audit_entry(p, "config", digest_of(p, b.p, b.n), (struct sv){ NULL, 0 });
	buf_release(&b);
	if (!ok)
		return err_set(err, ERR_SYSTEM, "%s: cannot be read", path);
	return opinia_store_audit_change(p->store, &entry, err);
}
