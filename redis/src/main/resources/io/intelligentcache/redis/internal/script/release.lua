-- Releases a lease, if it is still there. The version of the record that the lease replaced is kept for as long as
-- without the lease.
-- KEYS[1]  the name of the key
-- ARGV[1]  the holder
-- ARGV[2]  the channel to publish the change on, if any
local stored = redis.pcall('GETRANGE', KEYS[1], 0, LONGEST_HEAD)
local _, _, kind = header(stored)
if kind == LEASE and string.sub(stored, 41, 56) == ARGV[1] then
  if string.byte(stored, 3) == 0 then
    redis.call('UNLINK', KEYS[1])
  else
    redis.call('SET', KEYS[1], string.sub(stored, 1, 32) .. string.rep('\0', 24), 'KEEPTTL')
  end
  publish(ARGV[2], KEYS[1])
end
return 0
