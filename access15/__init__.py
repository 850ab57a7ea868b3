"""Who can walk to which service within 15 minutes, at their own pace."""
