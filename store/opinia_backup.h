/* SPDX-License-Identifier: Apache-2.0 */
/* opinia_backup.h: the part of the store's door for backups and stores of older formats; see opinia_store.h. */
#ifndef OPINIA_STORE_OPINIA_BACKUP_H
#define OPINIA_STORE_OPINIA_BACKUP_H

#include "store/opinia_store.h"

/* ---- backups ---------------------------------------------------------------------------- */

struct opinia_backup {
	uint64_t bytes, documents;
	bool has_key; /* restore: the store's key was there, else it has numbers only */
	bool list_found; /* restore: there was a list of the erased to follow            */
	bool upgraded; /* restore: it was of an older format: @from                    */
	uint32_t from, to;
};

/*
 * A copy of the store as of now, while others write: without free pages, checked (what is wrong goes to
 * @tell), encrypted into @file (0600, never over one that is there) and read back. Encrypted
 * with the store's key, or (@passphrase_file) with its first line. The key file is not in it. Needs
 * room for the copy beside @file. ERR_NOTHING: the store is not sound, there is no backup.
 */
int opinia_store_backup(struct opinia_store *store, const char *file,
			const char *passphrase_file,
			void (*tell)(void *self, const char *what), void *self,
			struct opinia_backup *out, struct err *err);

/*
 * The store of a backup, into @opt->dir, which must not be there or be empty: decrypted, opened, the
 * list of the erased followed, checked, and only then put there; an older format is brought to the
 * present one on the way (opinia_store_upgrade()). ERR_CONFIG: the key does not open
 * it; ERR_INPUT: it is damaged, or no backup; ERR_NOTHING: it is not sound. @why goes to its audit trail.
 */
int opinia_store_restore(const struct opinia_store_options *opt, const char *file,
			 const char *passphrase_file,
			 void (*tell)(void *self, const char *what), void *self,
			 const struct opinia_audit *why, struct opinia_backup *out,
			 struct err *err);

/* ---- older formats ---------------------------------------------------------------------- */

struct opinia_upgrade {
	uint32_t from, to;    /* formats; alike: there was nothing to be done */
	const char *what;     /* what changes, a msgid                          */
	uint64_t rows, bytes; /* documents carried over; of the data file as it is now */
};

struct opinia_upgrade_ear {
	void (*tell)(void *self, const char *what); /* what does not agree */
	void (*step)(void *self, uint64_t done, uint64_t size, uint64_t rows);
	void *self;
};

/*
 * A store of an older format in this one's: a new data file is written inside its folder, opened,
 * checked and put in the old one's place; whatever breaks this off, the one or the other is there. Key file, list and
 * trail stay; @why goes to the trail. @dry: only say what would be done. Needs room for two copies. ERR_AGAIN:
 * somebody has it open; ERR_CONFIG: no way from its format; ERR_NOTHING: what came out is not sound.
 */
int opinia_store_upgrade(const struct opinia_store_options *opt, bool dry,
			 const struct opinia_upgrade_ear *ear,
			 const struct opinia_audit *why, struct opinia_upgrade *out,
			 struct err *err);

#endif
