-- KEYS the names, ARGV[1] the eight bytes of a version. Unlinks what is not newer; leaves tombstones,
-- which are no entries and still have writes to refuse.
local my_high, my_low = struct.unpack('>I4I4', ARGV[1])
local removed = 0
for _, key in ipairs(KEYS) do
  local high, low, tombstone = header(redis.pcall('GETRANGE', key, 0, 19))
  local newer = high and (high > my_high or high == my_high and low > my_low)
  if not tombstone and not newer then
    removed = removed + redis.call('UNLINK', key)
  end
end
return removed
