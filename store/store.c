/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c: making a store, opening it, closing it.
 *
 * Making one: folder, key file, data file, each synced together with the folder it is in
 * (LMDB does not sync the folder of a new file). Opening one: format first, then zone,
 * then the key.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/crypto.h"
#include "store/customer_rows.h"
#include "store/disk.h"
#include "store/erased.h"
#include "store/erasing.h"
#include "store/format.h"
#include "store/group.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/meta.h"
#include "store/open_key.h"
#include "store/packer.h"
#include "store/text_memo.h"

#define MAP_START ((size_t)32 << 30)
#define MAP_MAX ((size_t)1 << 40)

static const struct sv no_language[1] = { { "und", 3 } };

/* ---- the pieces -------------------------------------------------------------------- */

static struct env_options env_options_of(const struct opinia_store_options *opt)
{
	return (struct env_options){
		.dir = opt->dir,
		.read_only = opt->read_only,
		.careful = opt->careful,
		.map_start = opt->map_start ? opt->map_start : MAP_START,
		.map_max = opt->map_max ? opt->map_max : MAP_MAX,
	};
}

static bool is_there(const char *dir, const char *name, struct arena *arena)
{
	char *path = arena_printf(arena, "%s/%s", dir, name);

	return !path || !access(path, F_OK); /* out of memory: opening it says so */
}

/* ---- making ------------------------------------------------------------------------ */

struct making {
	uint8_t store_id[STORE_ID_BYTES];
	struct keyset set;
	bool key_made; /* there was none, so it is ours to take away again if the rest fails */
};

static int init_meta(struct env *env, const char *zone_name, const struct making *m,
		     struct arena *arena, struct err *err)
{
	const struct state state = { .next_id = 1, .next_customer = 1 };
	struct subkeys secrets;
	struct sv dictionary;
	struct txn t;
	char *value;
	int rc = packer_train(arena, &dictionary, err);

	if (!rc)
		rc = txn_write(&t, env, err);
	if (rc)
		return rc;
	format_put(&t, STORE_FORMAT);
	meta_put(&t, "store", (struct sv){ (const char *)m->store_id, STORE_ID_BYTES });
	secrets_make(&secrets);
	secrets_put(&t, m->store_id, &m->set, 1, &secrets);
	sodium_memzero(&secrets, sizeof(secrets));
	if (!m->key_made)
		meta_put(&t, "lent", SV("\1"));
	meta_put(&t, "zone", sv_of(zone_name));
	value = arena_take(arena, dictionary.n + 4);
	if (!value)
		txn_fail(&t, ERR_SYSTEM, "out of memory");
	else {
		le_set(value, sum32(dictionary.p, dictionary.n, 1), 4);
		memcpy(value + 4, dictionary.p, dictionary.n);
		meta_put(&t, "dict.1", (struct sv){ value, dictionary.n + 4 });
	}
	state_write(&t, &state);
	return txn_commit(&t, err);
}

static int init_key(const char *path, const char *given, struct making *m,
		    struct err *err)
{
	const char *credentials = getenv("CREDENTIALS_DIRECTORY");
	/*
	 * what the administrator lends may be there already; DIR.key of an older store
	 * may not
	 */
	bool lent = given ||
		    (credentials && !strncmp(path, credentials, strlen(credentials)));
	struct keyset next;
	bool has_next;
	int rc;

	if (!lent || access(path, F_OK)) {
		rc = keyfile_make(path, err);
		m->key_made = !rc;
		if (!rc)
			rc = sync_parent(path, err);
		if (rc)
			return rc;
	}
	rc = keyfile_load(path, m->store_id, &m->set, &next, &has_next, err);
	keyset_release(&next);
	return rc;
}

static int init_data(const struct opinia_store_options *opt, const char *zone_name,
		     const struct making *m, struct arena *arena, struct err *err)
{
	struct env_options eo = env_options_of(opt);
	struct env *env;
	int rc;

	eo.create = true;
	eo.read_only = false;
	rc = env_open(&env, &eo, err);
	if (!rc)
		rc = init_meta(env, zone_name, m, arena, err);
	env_close(env);
	if (!rc)
		rc = sync_folder(opt->dir, err);
	return rc ? rc : sync_parent(opt->dir, err);
}

static void remove_in(const char *dir, const char *name, struct arena *arena)
{
	char *path = arena_printf(arena, "%s/%s", dir, name);

	if (path)
		unlink(path);
}

static int init_all(const struct opinia_store_options *opt, const char *zone_name,
		    struct arena *arena, struct err *err)
{
	char *key_path = keyfile_path(opt->key_file, opt->dir, arena);
	struct making m = { .key_made = false };
	int rc;

	if (!key_path)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (is_there(opt->dir, "data.mdb", arena))
		return err_set(err, ERR_CONFIG, "%s holds a store already", opt->dir);
	if (mkdir(opt->dir, 0700) && errno != EEXIST)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       opt->dir, strerror(errno));
	randombytes_buf(m.store_id, sizeof(m.store_id));
	rc = init_key(key_path, opt->key_file, &m, err);
	if (!rc)
		rc = init_data(opt, zone_name, &m, arena, err);
	keyset_release(&m.set);
	if (rc) {
		remove_in(opt->dir, "data.mdb", arena);
		remove_in(opt->dir, "lock.mdb", arena);
		if (m.key_made)
			unlink(key_path);
	}
	return rc;
}

int opinia_store_init(const struct opinia_store_options *opt, const char *zone_name,
		      struct err *err)
{
	struct arena arena;
	struct zone *zone;
	int rc;

	if (sodium_init() < 0)
		return err_set(err, ERR_SYSTEM, "libsodium does not start");
	rc = zone_open(&zone, zone_name, err);
	if (rc)
		return rc;
	zone_close(zone);
	arena_init(&arena, 0);
	rc = init_all(opt, zone_name, &arena, err);
	arena_release(&arena);
	return rc;
}

/* ---- opening ----------------------------------------------------------------------- */

static int open_format(struct opinia_store *s, struct txn *t, struct err *err)
{
	uint32_t format;
	int rc = format_read(t, s->dir, &format, err);

	if (!rc)
		rc = format_fits(format, s->dir, err);
	return rc ? rc : env_complete(s->env, err);
}

static int open_dictionary(struct opinia_store *s, struct txn *t, struct err *err)
{
	struct sv v = meta_get(t, "dict.1");

	if (v.n < 4 || le_get(v.p, 4) != sum32(v.p + 4, v.n - 4, 1))
		return err_set(err, ERR_INPUT, "the store's dictionary is damaged");
	s->packer = packer_new(sv_sub(v, 4, v.n - 4));
	return s->packer ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

static int open_meta(struct opinia_store *s, const struct opinia_store_options *opt,
		     struct arena *arena, struct err *err)
{
	struct txn t;
	struct sv id, zone;
	char *name;
	int rc = txn_read(&t, s->env, err);

	if (rc)
		return rc;
	rc = open_format(s, &t, err);
	id = meta_get(&t, "store");
	zone = meta_get(&t, "zone");
	name = arena_printf(arena, SV_FMT, SV_ARG(zone));
	if (!rc && (id.n != STORE_ID_BYTES || !name))
		rc = err_set(err, ERR_INPUT,
			     "%s: what the store says of itself is damaged", opt->dir);
	if (!rc) {
		memcpy(s->id, id.p, STORE_ID_BYTES);
		rc = zone_open(&s->zone, name, err);
	}
	if (!rc)
		rc = open_dictionary(s, &t, err);
	if (!rc)
		rc = store_key_open(s, &t, opt, err);
	if (!rc)
		rc = txn_failed(&t, err);
	txn_abort(&t);
	return rc;
}

static int open_all(struct opinia_store *s, const struct opinia_store_options *opt,
		    struct arena *arena, struct err *err)
{
	struct env_options eo = env_options_of(opt);
	int rc;

	if (!is_there(opt->dir, "data.mdb", arena))
		return err_set(err, ERR_MISSING,
			       "there is no store in %s; `opinia init` makes one",
			       opt->dir);
	s->dir = strdup(opt->dir);
	s->key_path = keyfile_path(opt->key_file, opt->dir, arena);
	s->key_path = s->key_path ? strdup(s->key_path) : NULL;
	s->erased_path = erased_path(opt, arena);
	s->erased_path = s->erased_path ? strdup(s->erased_path) : NULL;
	if (!s->dir || !s->key_path || !s->erased_path)
		return err_set(err, ERR_SYSTEM, "out of memory");
	s->map_start = eo.map_start;
	s->map_max = eo.map_max;
	s->read_only = opt->read_only;
	s->taxonomy = opt->taxonomy;
	s->languages = opt->language_count ? opt->languages : no_language;
	s->language_count = opt->language_count ? opt->language_count : 1;
	s->words = opt->words;
	s->word_source_set = opt->words.words != NULL;
	rc = env_open(&s->env, &eo, err);
	if (!rc)
		rc = open_meta(s, opt, arena, err);
	if (rc)
		return rc;
	s->customers = customer_cache_new();
	s->memos = text_memos_new();
	s->queue = landing_queue_new(s, err);
	return s->customers && s->memos && s->queue
		       ? 0
		       : err_set(err, ERR_SYSTEM, "out of memory");
}

static int open_once(struct opinia_store **out, const struct opinia_store_options *opt,
		     bool *behind, struct err *err)
{
	struct opinia_store *s = calloc(1, sizeof(*s));
	struct arena arena;
	int rc;

	*behind = false;
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&arena, 0);
	rc = open_all(s, opt, &arena, err);
	arena_release(&arena);
	if (!rc)
		rc = erase_catch_up(s, behind, err);
	if (rc || *behind)
		opinia_store_close(s);
	else
		*out = s;
	return rc;
}

int opinia_store_open(struct opinia_store **out, const struct opinia_store_options *opt,
		      struct err *err)
{
	struct opinia_store_options write = *opt;
	struct err lent = ERR_NONE;
	bool behind;
	int rc;

	*out = NULL;
	if (!err)
		err = &lent;
	if (sodium_init() < 0)
		return err_set(err, ERR_SYSTEM, "libsodium does not start");
	rc = open_once(out, opt, &behind, err);
	if (rc || !behind)
		return rc;
	/* An older copy of the store: whoever was erased since is so before anything is read. */
	write.read_only = false;
	rc = open_once(out, &write, &behind, err);
	if (rc)
		return err_at(err, "this store has not followed its list of the erased");
	opinia_store_close(*out);
	*out = NULL;
	return open_once(out, opt, &behind, err);
}

void opinia_store_close(struct opinia_store *s)
{
	if (!s)
		return;
	landing_queue_free(s->queue);
	customer_cache_free(s->customers);
	text_memos_free(s->memos);
	packer_free(s->packer);
	zone_close(s->zone);
	env_close(s->env);
	keyset_release(&s->set);
	sodium_memzero(&s->keys, sizeof(s->keys));
	free(s->dir);
	free(s->key_path);
	free(s->erased_path);
	free(s);
}

const struct zone *opinia_store_zone(const struct opinia_store *s)
{
	return s->zone;
}

const char *opinia_store_key_path(const struct opinia_store *s)
{
	return s->key_path;
}

bool opinia_store_has_key(const struct opinia_store *s)
{
	return s->has_key;
}
