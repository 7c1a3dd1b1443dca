################################################################################
#
# till-terminal
#
################################################################################

TILL_TERMINAL_VERSION = bundle
TILL_TERMINAL_SITE = $(call qstrip,$(BR2_PACKAGE_TILL_TERMINAL_BUNDLE))
TILL_TERMINAL_SITE_METHOD = local
TILL_TERMINAL_LICENSE = MIT
TILL_TERMINAL_DEPENDENCIES = nodejs
TILL_TERMINAL_DEPLOY = $(BR2_EXTERNAL_TILL_PATH)/..
TILL_TERMINAL_LIBRARY = $(TARGET_DIR)/usr/lib/till

# What is compiled for the box itself: the bundle runs on every processor.
define TILL_TERMINAL_BUILD_CMDS
	$(TARGET_CC) $(TARGET_CFLAGS) $(TARGET_LDFLAGS) \
		$(TILL_TERMINAL_DEPLOY)/input/till-grab.c -o $(@D)/till-grab
endef

define TILL_TERMINAL_INSTALL_TARGET_CMDS
	test -f $(@D)/till-terminal.cjs || { echo "no bundle: npm run bundle makes it" >&2; exit 1; }
	# The two folders are where other partitions are mounted.
	mkdir -p $(TILL_TERMINAL_LIBRARY) $(TARGET_DIR)/etc/till $(TARGET_DIR)/var/lib/till
	for part in till-terminal.cjs till-launcher.cjs; do \
		$(INSTALL) -m 0644 $(@D)/$$part $(TILL_TERMINAL_LIBRARY)/$$part || exit 1; \
	done
	for folder in clips glyphs node_modules; do \
		rm -rf $(TILL_TERMINAL_LIBRARY)/$$folder || exit 1; \
		cp -R $(@D)/$$folder $(TILL_TERMINAL_LIBRARY)/$$folder || exit 1; \
	done
	$(INSTALL) -D -m 0755 $(@D)/till-grab $(TARGET_DIR)/usr/bin/till-grab
	$(INSTALL) -D -m 0755 $(TILL_TERMINAL_DEPLOY)/till-terminal $(TILL_TERMINAL_LIBRARY)/till-terminal
	$(INSTALL) -D -m 0755 $(TILL_TERMINAL_DEPLOY)/provision $(TARGET_DIR)/usr/sbin/till-provision
	$(INSTALL) -D -m 0644 $(TILL_TERMINAL_DEPLOY)/udev/60-till.rules \
		$(TARGET_DIR)/usr/lib/udev/rules.d/60-till.rules
endef

define TILL_TERMINAL_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(TILL_TERMINAL_DEPLOY)/busybox/S80till $(TARGET_DIR)/etc/init.d/S80till
endef

define TILL_TERMINAL_INSTALL_INIT_SYSTEMD
	$(INSTALL) -D -m 0644 $(TILL_TERMINAL_DEPLOY)/systemd/till.service \
		$(TARGET_DIR)/usr/lib/systemd/system/till.service
endef

define TILL_TERMINAL_USERS
	till -1 till -1 * /var/lib/till - input,lp,audio,video,dialout,netdev Payment terminal
endef

$(eval $(generic-package))
