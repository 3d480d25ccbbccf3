/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_init.c: a new store, its key and a commented opinia.conf. It asks for nothing that has a
 * default, and never overwrites anything.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	{ "zone", OPTION_TEXT, "NAME",
	  N_("Time zone of its days and weeks (default: the system's)") },
};

static int write_settings(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct buf b;
	bool ok;

	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	buf_init(&b, 0);
	settings_template(&b);
	ok = buf_ok(&b) && write(fd, b.p, b.n) == (ssize_t)b.n && fsync(fd) == 0;
	buf_release(&b);
	if (close(fd) || !ok)
		return err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	return 0;
}

static int init_run(struct program *p, const struct options *o, struct err *err)
{
	struct opinia_store_options opt = program_store_options(p);
	const char *zone = option_text(o, "zone", zone_system_name());
	const char *key = p->key_file;
	const char *conf;
	int rc;

	if (o->arg_count)
		return err_set(err, ERR_USAGE,
			       "init takes no argument; the store is --store DIR");
	rc = opinia_store_init(&opt, zone, err);
	if (rc)
		return rc;
	conf = arena_printf(&p->arena, "%s/opinia.conf", p->store_dir);
	rc = conf ? write_settings(conf, err) : err_set(err, ERR_SYSTEM, "out of memory");
	if (rc)
		return rc;
	if (!key)
		key = arena_printf(&p->arena, "%s.key", p->store_dir);
	fprintf(stderr, _("A new store in %s, its days in %s time.\n"), p->store_dir,
		zone);
	fprintf(stderr,
		_("Its key is %s: back it up apart from the store. Without it nobody, "
		  "you "
		  "included, can read the words again.\n"),
		key);
	return 0;
}

const struct subcommand cmd_init = {
	.name = "init",
	.args = "[--zone NAME]",
	.summary = N_("Make a store, its key and a commented opinia.conf"),
	.opens = OPENS_NOTHING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = init_run,
	.examples = "  opinia --store ./shop init --zone Europe/Warsaw\n",
};
