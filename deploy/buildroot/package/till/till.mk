################################################################################
#
# till
#
################################################################################

TILL_VERSION = local
TILL_SITE = $(call qstrip,$(BR2_PACKAGE_TILL_BUNDLE))
TILL_SITE_METHOD = local
TILL_LICENSE = MIT
TILL_DEPENDENCIES = nodejs
TILL_DEPLOY = $(BR2_EXTERNAL_TILL_PATH)/..
TILL_LIBRARY = $(TARGET_DIR)/usr/lib/till
# Of the USB printer driver's binaries the one that fits.
TILL_PREBUILD = linux-$(if $(BR2_aarch64),arm64,$(if $(BR2_x86_64),x64,arm))

define TILL_BUILD_CMDS
	$(TARGET_CC) $(TARGET_CFLAGS) $(TARGET_LDFLAGS) -o $(@D)/till-grab $(TILL_DEPLOY)/input/till-grab.c
endef

define TILL_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0644 $(@D)/till-terminal.cjs $(TILL_LIBRARY)/till-terminal.cjs
	$(INSTALL) -D -m 0644 $(@D)/till-launcher.cjs $(TILL_LIBRARY)/till-launcher.cjs
	rm -rf $(TILL_LIBRARY)/clips $(TILL_LIBRARY)/glyphs $(TILL_LIBRARY)/node_modules
	cp -r $(@D)/clips $(@D)/glyphs $(@D)/node_modules $(TILL_LIBRARY)/
	find $(TILL_LIBRARY)/node_modules/usb/prebuilds -mindepth 1 -maxdepth 1 \
		! -name $(TILL_PREBUILD) -exec rm -rf {} +
	$(INSTALL) -D -m 0755 $(TILL_DEPLOY)/till-terminal $(TILL_LIBRARY)/till-terminal
	$(INSTALL) -D -m 0755 $(TILL_DEPLOY)/provision $(TARGET_DIR)/usr/sbin/till-provision
	$(INSTALL) -D -m 0755 $(@D)/till-grab $(TARGET_DIR)/usr/bin/till-grab
	$(INSTALL) -D -m 0644 $(TILL_DEPLOY)/udev/60-till.rules $(TARGET_DIR)/etc/udev/rules.d/60-till.rules
endef

define TILL_INSTALL_INIT_SYSV
	$(INSTALL) -D -m 0755 $(TILL_DEPLOY)/busybox/S80till $(TARGET_DIR)/etc/init.d/S80till
endef

define TILL_INSTALL_INIT_SYSTEMD
	$(INSTALL) -D -m 0644 $(TILL_DEPLOY)/systemd/till.service $(TARGET_DIR)/usr/lib/systemd/system/till.service
endef

define TILL_USERS
	till -1 till -1 * /var/lib/till - dialout,input,lp,audio,video,netdev Payment terminal
endef

$(eval $(generic-package))
